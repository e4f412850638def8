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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir
    Path folder;

    @Test
    void it_serves_until_the_process_is_told_to_end_and_finishes_what_runs() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HttpServer upstream = upstream(begun, goOn);
        Path conf = configuration(upstream.getAddress().getPort());
        try (ServeProcess server = ServeProcess.start(conf, Map.of())) {
            URI address = server.address();
            assertThat(status(address.resolve("/health/ready"))).isEqualTo(200);
            assertThat(status(address.resolve("/admin/status"))).isEqualTo(401);
            assertThat(status(address.resolve("/batch/report?_key=k"))).isEqualTo(202);
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

            server.stop();
            await().atMost(Duration.ofSeconds(30)).until(() -> server.messages().contains("stopping"));
            goOn.countDown();

            server.awaitExit();
            try (Armlib armlib = Armlib.builder().appConf(conf).asClient().start()) {
                assertThat(armlib.requestManager().result(new RequestKey("k"))).isPresent();
            }
        } finally {
            goOn.countDown();
            upstream.stop(0);
        }
    }

    @Test
    void what_it_logs_can_be_json_with_the_key_of_the_request() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HttpServer upstream = upstream(begun, new CountDownLatch(0));
        upstream.createContext("/wrong", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(404, -1);
            }
        });
        List<Config> lines;
        try (ServeProcess server = ServeProcess.start(
                configuration(upstream.getAddress().getPort()), Map.of("ARMLIB_LOG_FORMAT", "json"))) {
            HttpRequest traced = HttpRequest.newBuilder(server.address().resolve("/batch/wrong?_key=k"))
                    .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                    .build();
            HttpClient.newHttpClient().send(traced, HttpResponse.BodyHandlers.discarding());
            await().atMost(Duration.ofSeconds(60)).until(() -> server.messages().contains("the upstream answered 404"));
            lines = server.messages()
                    .lines()
                    .filter(line -> line.endsWith("}"))
                    .map(ConfigFactory::parseString)
                    .toList();
        } finally {
            upstream.stop(0);
        }

        assertThat(lines.get(0).getString("level")).isEqualTo("INFO");
        Config failed = lines.stream()
                .filter(line -> line.getString("formattedMessage").contains("404"))
                .findFirst()
                .orElseThrow();
        assertThat(failed.getString("mdc.\"armlib.key\"")).isEqualTo("k");
        assertThat(failed.getString("mdc.\"armlib.attempt\"")).isEqualTo("1");
        assertThat(failed.getString("mdc.trace_id")).isEqualTo(TRACE);
    }

    @Test
    void a_form_of_logging_that_is_not_known_is_told() throws Exception {
        try (ServeProcess server = ServeProcess.start(configuration(1), Map.of("ARMLIB_LOG_FORMAT", "xml"))) {
            assertThat(server.awaitExit()).isEqualTo(2);
            assertThat(server.messages())
                    .isEqualToIgnoringNewLines("ARMLIB_LOG_FORMAT is 'xml'; one of text, json is known");
        }
    }

    @Test
    void a_port_that_is_taken_is_told_without_a_stack_trace() throws Exception {
        HttpServer other = upstream(new CountDownLatch(1), new CountDownLatch(0));
        try {
            int port = other.getAddress().getPort();
            Path conf = configuration(port);
            Files.writeString(conf, Files.readString(conf) + "server.port = " + port + "\n");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();

            assertThat(Main.run(new Printer(out, err), "serve", "-c", conf.toString()))
                    .isEqualTo(1);

            assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .startsWith("cannot listen on 127.0.0.1:" + port)
                    .hasLineCount(1);
        } finally {
            other.stop(0);
        }
    }

    private Path configuration(int upstream) throws IOException {
        return Files.writeString(folder.resolve("app.conf"), """
                queue.adapter = memory
                cache { adapter = file, directory = "%s" }
                processor { adapter = gateway, upstream = "http://127.0.0.1:%d" }
                worker.threads = 1
                server { port = 0, admin-token = a-token-of-the-tests }
                """.formatted(folder.resolve("cache"), upstream));
    }

    private static int status(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static HttpServer upstream(CountDownLatch begun, CountDownLatch goOn) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            try (exchange) {
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
}
