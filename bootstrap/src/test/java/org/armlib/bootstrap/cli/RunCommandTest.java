package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.armlib.bootstrap.demo.SampleApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RunCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void results_are_byte_for_byte_what_the_api_answers_and_a_second_run_has_them_from_the_cache() throws Exception {
        try (SampleApi api = SampleApi.start(Duration.ZERO)) {
            Path file = requests(
                    "/weather?year=2012&month=1",
                    "/weather?month=1&year=2012",
                    "/weather?format=json sticky priority=3",
                    "/weather/summary?by=year key=by-year");

            assertThat(run(file, api.uri(), "--json")).isZero();
            List<Config> first = lines();
            assertThat(first).hasSize(3).allSatisfy(line -> {
                assertThat(line.getString("status")).isEqualTo("Completed");
                assertThat(line.getBoolean("fromCache")).isFalse();
                byte[] answer = get(api.uri().resolve(line.getString("requestUri")));
                assertThat(line.getString("sha256")).isEqualTo(sha256(answer));
                assertThat(Path.of(URI.create(line.getString("location")))).hasBinaryContent(answer);
            });
            assertThat(first).extracting(line -> line.getBoolean("sticky")).containsExactly(false, true, false);
            assertThat(first.get(2).getString("key")).isEqualTo("by-year");

            assertThat(run(file, api.uri(), "--json")).isZero();
            assertThat(lines())
                    .hasSize(3)
                    .allSatisfy(line -> assertThat(line.getBoolean("fromCache")).isTrue());
        }
    }

    @Test
    void a_wrong_request_ends_failed_with_the_message_of_the_api_and_so_says_the_exit_status() throws Exception {
        try (SampleApi api = SampleApi.start(Duration.ZERO)) {
            assertThat(run(requests("/weather?year=2012", "/weather?year=2042"), api.uri()))
                    .isEqualTo(1);

            assertThat(text(out))
                    .contains("Failed  /weather?year=2042  the upstream answered 400")
                    .contains("'2042' is not one of 2012")
                    .contains("2 requests, 2 different: 1 completed (0 from the cache), 1 failed");
        }
    }

    @Test
    void a_run_ends_although_the_upstream_always_calls_itself_unavailable_for_one_request() throws Exception {
        HttpServer upstream = serverThatIsUnavailableFor("/sick");
        try {
            URI uri = URI.create("http://127.0.0.1:" + upstream.getAddress().getPort());

            assertThat(run(requests("/sick", "/well?n=1", "/well?n=2"), uri, "--json"))
                    .isEqualTo(1);

            assertThat(lines())
                    .extracting(line -> line.getString("requestUri") + " " + line.getString("status"))
                    .containsExactly("/sick Failed", "/well?n=1 Completed", "/well?n=2 Completed");
            assertThat(lines().get(0).getString("error")).contains("503");
            assertThat(text(err)).contains("held by upstream since ");
        } finally {
            upstream.stop(0);
        }
    }

    @Test
    void a_run_of_nothing_but_what_the_upstream_refuses_ends_with_what_waits_in_the_queue() throws Exception {
        HttpServer upstream = serverThatIsUnavailableFor("/sick");
        try {
            URI uri = URI.create("http://127.0.0.1:" + upstream.getAddress().getPort());

            assertThat(run(requests("/sick"), uri, "--max-hold", "100ms")).isEqualTo(1);

            assertThat(text(err))
                    .contains("stopped, the upstream has not worked for")
                    .contains("503");
            assertThat(text(out)).contains("Pending  /sick");
        } finally {
            upstream.stop(0);
        }
    }

    @Test
    void a_run_that_could_not_wait_at_all_is_refused() throws Exception {
        assertThat(run(requests("/weather"), URI.create("http://127.0.0.1:1"), "--max-hold", "0s"))
                .isEqualTo(2);

        assertThat(text(err)).contains("--max-hold must be longer than 0");
    }

    private static HttpServer serverThatIsUnavailableFor(String path) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.createContext(path, exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(503, -1);
            }
        });
        server.start();
        return server;
    }

    @Test
    void an_upstream_that_is_down_is_told_before_anything_is_submitted() throws Exception {
        URI nobody;
        try (SampleApi api = SampleApi.start(Duration.ZERO)) {
            nobody = api.uri();
        }

        assertThat(run(requests("/weather"), nobody)).isEqualTo(1);
        assertThat(text(err)).contains("the upstream does not answer").contains(nobody.toString());
    }

    @Test
    void an_upstream_whose_probe_fails_is_tried_all_the_same() throws Exception {
        HttpServer ingress = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ingress.createContext("/", exchange -> {
            boolean served = exchange.getRequestURI().getPath().startsWith("/v1");
            exchange.getResponseHeaders().set("Content-Type", "text/csv");
            exchange.sendResponseHeaders(served ? 200 : 503, -1);
            exchange.close();
        });
        ingress.start();
        try {
            URI uri = URI.create("http://127.0.0.1:" + ingress.getAddress().getPort());
            Path conf = Files.writeString(
                    folder.resolve("probing.conf"),
                    Files.readString(configuration(uri)) + "\nprocessor.probe-path = /\n");

            assertThat(run(requests("/v1/a"), uri)).isZero();
            assertThat(text(err)).doesNotContain("warning");

            assertThat(Main.run(
                            new Printer(out, err), "run", requests("/v1/b").toString(), "--config", conf.toString()))
                    .isZero();
            assertThat(text(err)).contains("warning: the upstream's probe says that it is unavailable");
        } finally {
            ingress.stop(0);
        }
    }

    @Test
    void a_configuration_without_workers_is_refused() throws Exception {
        Path file = requests("/weather");
        Path conf = Files.writeString(
                folder.resolve("idle.conf"), "queue.adapter = memory, cache.adapter = memory, worker.threads = 0");

        assertThat(Main.run(new Printer(out, err), "run", file.toString(), "--config", conf.toString()))
                .isEqualTo(2);
        assertThat(text(err)).contains("worker.threads is 0");
    }

    @Test
    void an_interruption_lets_the_running_request_finish_and_reports() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HttpServer slow = slowServer(begun, goOn);
        try {
            Path file = requests("/first", "/second");
            Path report = folder.resolve("report");
            Path messages = folder.resolve("messages");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "org.armlib.bootstrap.cli.Main",
                            "run",
                            file.toString(),
                            "--config",
                            configuration(URI.create("http://127.0.0.1:"
                                            + slow.getAddress().getPort()))
                                    .toString())
                    .redirectOutput(report.toFile())
                    .redirectError(messages.toFile())
                    .start();
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            process.destroy();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(messages).contains("interrupted"));
            goOn.countDown();

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(report)).contains("1 completed (0 from the cache), 0 failed, 1 not finished");
        } finally {
            goOn.countDown();
            slow.stop(0);
        }
    }

    private static HttpServer slowServer(CountDownLatch begun, CountDownLatch goOn) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            try (exchange) {
                if (exchange.getRequestMethod().equals("HEAD")) {
                    exchange.sendResponseHeaders(200, -1);
                    return;
                }
                begun.countDown();
                goOn.await();
                exchange.sendResponseHeaders(200, 1);
                exchange.getResponseBody().write('x');
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        return server;
    }

    private int run(Path file, URI upstream, String... more) throws IOException {
        out.reset();
        err.reset();
        String[] args = new String[4 + more.length];
        args[0] = "run";
        args[1] = file.toString();
        args[2] = "--config";
        args[3] = configuration(upstream).toString();
        System.arraycopy(more, 0, args, 4, more.length);
        return Main.run(new Printer(out, err), args);
    }

    private Path configuration(URI upstream) throws IOException {
        return Files.writeString(folder.resolve("app.conf"), """
                queue { adapter = memory, backoff-initial = 10ms }
                cache { adapter = file, directory = "%s" }
                processor { adapter = gateway, upstream = "%s" }
                worker.threads = 1
                """.formatted(folder.resolve("cache"), upstream));
    }

    private Path requests(String... lines) throws IOException {
        return Files.write(folder.resolve("requests.txt"), List.of(lines));
    }

    private List<Config> lines() {
        return text(out).lines().map(ConfigFactory::parseString).toList();
    }

    private static byte[] get(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
