package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.Hold;
import org.armlib.domain.Lease;
import org.armlib.domain.WorkerId;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands on a running server. */
class ServerCommandsTest extends TargetCommandsContract {
    private static final String TOKEN = "a-token-for-administrators";

    private Path tokenFile = Path.of("");
    private List<Armlib> server = List.of();

    @Override
    List<String> target() {
        return List.of("--server", address().toString(), "--token-file", tokenFile.toString());
    }

    @BeforeEach
    void serve() throws IOException {
        tokenFile = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        server = List.of(
                Armlib.builder().appConf("""
                        queue { adapter = memory, backoff-initial = 10ms, max-attempts = 2 }
                        cache { adapter = file, directory = "%s" }
                        worker.threads = 0
                        server { port = 0, admin-token = %s }
                        """.formatted(results, TOKEN)).serve().start());
    }

    @Override
    Armlib backends() {
        return server.get(0);
    }

    @Override
    void close() {
        server.forEach(Armlib::close);
    }

    private URI address() {
        return backends().address().orElseThrow();
    }

    @Test
    void what_only_the_cache_itself_can_tell_is_not_asked_of_a_server() {
        assertThat(run("cache", "verify")).isEqualTo(2);
        assertThat(err()).contains("run it with the app.conf of " + address());
    }

    @Test
    void a_request_that_is_held_shows_by_whom_until_when_and_why() throws InterruptedException {
        run("submit", "/report", "--key", "mine");
        QueueManager queue = backends().queue();
        Lease lease =
                queue.lease(new WorkerId("w"), 1, Duration.ofSeconds(10)).get(0).lease();
        queue.hold(lease, Hold.Cause.UPSTREAM, "503 Service Unavailable", Duration.ofMinutes(5));
        String time = "\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z";
        String held = "by upstream since " + time + ", until " + time + ": 503 Service Unavailable\n";

        assertThat(run("status", "mine")).isZero();
        assertThat(out()).containsPattern("held +" + held);
        assertThat(run("queue")).isZero();
        assertThat(out()).containsPattern("\n  mine  held " + held);
        assertThat(run("status", "mine", "--json")).isZero();
        assertThat(json().getString("held.by")).isEqualTo("upstream");
        assertThat(json().getString("held.reason")).isEqualTo("503 Service Unavailable");
        assertThat(Instant.parse(json().getString("held.until")))
                .isAfter(Instant.parse(json().getString("held.since")));
        assertThat(run("result", "mine", "-o", folder.resolve("r").toString())).isEqualTo(1);
        assertThat(err()).containsPattern("mine: has no result: Pending, .*held " + held);
    }

    @Test
    void without_a_token_a_server_lists_but_does_not_count_or_obey() {
        runAs(
                Map.of(),
                "submit",
                "/report",
                "--key",
                "mine",
                "--server",
                address().toString());
        assertThat(runAs(Map.of(), "queue", "--server", address().toString())).isZero();
        assertThat(out()).contains("mine ").doesNotContain("waiting");

        assertThat(runAs(Map.of(), "queue", "--counts", "--server", address().toString()))
                .isEqualTo(1);
        assertThat(err()).contains("--token-file FILE", "ARMLIB_TOKEN");
        assertThat(runAs(Map.of(), "suspend", "--server", address().toString())).isEqualTo(1);
        assertThat(err()).contains("wants a token");
    }

    @Test
    void where_nothing_is_listed_that_is_said() {
        String url = address().toString();
        assertThat(runAs(Map.of(), "queue", "--server", url)).isZero();
        assertThat(out()).isEqualTo("0 waiting, 0 running\n");
        assertThat(runAs(Map.of(), "queue", "--status", "Failed", "--server", url))
                .isZero();
        assertThat(out()).isEqualTo("0 failed\n");
        assertThat(runAs(Map.of(), "queue", "--json", "--server", url)).isZero();
        assertThat(out()).isEmpty();
    }

    @Test
    void address_and_token_may_come_from_the_environment() {
        Map<String, String> environment = Map.of("ARMLIB_SERVER", address().toString(), "ARMLIB_TOKEN", TOKEN);
        assertThat(runAs(environment, "queue", "--counts")).isZero();
        assertThat(out()).startsWith("0 waiting");

        assertThat(runAs(Map.of("ARMLIB_SERVER", "http://127.0.0.1:1"), "queue", "--config", "none.conf"))
                .isEqualTo(2);
        assertThat(err()).as("what is asked for in so many words counts").contains("none.conf: there is no such file");
        assertThat(runAs(Map.of("ARMLIB_SERVER", "not a url"), "queue")).isEqualTo(2);
        assertThat(err()).contains("ARMLIB_SERVER in the environment is 'not a url', which is no URL");
    }

    @Test
    void a_wrong_token_is_told() throws IOException {
        Files.writeString(tokenFile, "another-token-altogether");
        assertThat(run("suspend")).isEqualTo(1);
        assertThat(err()).contains(address() + " does not accept the token");
        assertThat(run("queue")).as("what anybody may see").isZero();
        assertThat(out()).isEqualTo("0 waiting, 0 running\n");
        assertThat(run("queue", "--counts")).isEqualTo(1);

        Files.writeString(tokenFile, "two lines\nof it");
        assertThat(run("suspend")).isEqualTo(2);
        assertThat(err())
                .contains("the token has characters that cannot be sent")
                .doesNotContain("two lines");

        Files.delete(tokenFile);
        assertThat(run("suspend")).isEqualTo(2);
        assertThat(err()).isEqualTo(tokenFile + ": the token cannot be read: there is no such file\n");
    }

    @Test
    void a_server_without_administration_is_told() {
        try (Armlib plain = Armlib.builder()
                .appConf("queue.adapter = memory, cache.adapter = memory, worker.threads = 0, server.port = 0")
                .serve()
                .start()) {
            String url = plain.address().orElseThrow().toString();
            assertThat(runAs(Map.of("ARMLIB_TOKEN", TOKEN), "suspend", "--server", url))
                    .isEqualTo(1);
            assertThat(err()).contains(url + " has no administration: set server.admin-token");
        }
    }

    @Test
    void where_no_server_is_it_is_said() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(runAs(Map.of(), "queue", "--server", "http://127.0.0.1:" + port))
                .isEqualTo(1);
        assertThat(err())
                .startsWith("no server answers at http://127.0.0.1:" + port)
                .contains("armlib serve");
        assertThat(runAs(Map.of(), "queue", "--server", "http://no-such-host.invalid"))
                .isEqualTo(1);
        assertThat(err()).startsWith("there is no host 'no-such-host.invalid'");
        for (String address :
                List.of("127.0.0.1:8080", "localhost:8080", "ftp://127.0.0.1", "http:///x", "http://me:pw@127.0.0.1")) {
            assertThat(runAs(Map.of(), "queue", "--server", address))
                    .as(address)
                    .isEqualTo(2);
            assertThat(err())
                    .isEqualTo("'" + address + "' is no address of a server; write it as http://127.0.0.1:8080, or"
                            + " https://host/path\n");
        }
    }

    @Test
    void https_to_a_server_that_speaks_plain_http_is_told() {
        String place = address().getAuthority();
        assertThat(runAs(Map.of(), "queue", "--server", "https://" + place)).isEqualTo(1);
        assertThat(err())
                .isEqualTo("the server at " + place + " speaks plain http, no https; write http://" + place + "\n");
    }

    @Test
    void two_places_at_once_are_wrong_usage() {
        assertThat(runAs(Map.of(), "queue", "--server", address().toString(), "--config", "app.conf"))
                .isEqualTo(2);
        assertThat(err()).contains("--server asks a server, --config the backends; give one of them");
    }

    @Test
    void a_server_of_another_kind_is_told() throws IOException {
        HttpServer other = answering(path -> "<html>welcome</html>");
        try {
            String url = "http://127.0.0.1:" + other.getAddress().getPort();
            assertThat(runAs(Map.of(), "status", "mine", "--server", url)).isEqualTo(1);
            assertThat(err()).contains(url + "/requests/mine does not answer as an armlib server does (status 200");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void an_answer_that_is_not_as_it_should_be_is_told_by_the_field() throws IOException {
        HttpServer other = answering(path -> "{\"key\": \"mine\", \"parameters\": {}, \"requestUri\": \"/report\"}");
        try {
            String url = "http://127.0.0.1:" + other.getAddress().getPort();
            assertThat(runAs(Map.of(), "status", "mine", "--server", url)).isEqualTo(1);
            assertThat(err()).contains("the field 'sticky' is missing or of another kind");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void a_result_that_is_not_what_was_published_does_not_become_a_file() throws IOException {
        String status = """
                {"key": "mine", "status": "Completed", "requestUri": "/report", "parameters": {}, "sticky": false,
                 "attempts": 1, "epoch": 0, "results": {"csv": {"url": "/results/mine.csv", "length": 4,
                 "digest": "sha256:%s", "mediaType": "text/csv"}}}
                """.formatted("0".repeat(64));
        HttpServer other = answering(path -> path.startsWith("/results/") ? "four" : status);
        Path file = folder.resolve("report.csv");
        try {
            String url = "http://127.0.0.1:" + other.getAddress().getPort();
            assertThat(runAs(Map.of(), "result", "mine", "-o", file.toString(), "--server", url))
                    .isEqualTo(1);
            assertThat(err()).startsWith("mine: what came is not what was published: 4 bytes");
            assertThat(file).doesNotExist();
        } finally {
            other.stop(0);
        }
    }

    @Test
    void a_result_that_lies_elsewhere_is_fetched_there_without_the_token() throws IOException {
        work(this::report);
        run("submit", "/report", "--key", "mine", "--wait");
        HttpServer store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> tokens = new CopyOnWriteArrayList<>();
        byte[] content = content();
        store.createContext("/", exchange -> {
            tokens.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        store.start();
        HttpServer front = redirecting("http://127.0.0.1:" + store.getAddress().getPort() + "/bucket/object");
        try {
            Path file = folder.resolve("report.csv");
            assertThat(runAs(
                            Map.of("ARMLIB_TOKEN", TOKEN),
                            "result",
                            "mine",
                            "-o",
                            file.toString(),
                            "--server",
                            "http://127.0.0.1:" + front.getAddress().getPort()))
                    .as(err())
                    .isZero();
            assertThat(file).hasBinaryContent(content);
            assertThat(tokens).isEmpty();
        } finally {
            front.stop(0);
            store.stop(0);
        }
    }

    /** Passes calls on to the server, but for results, which it sends elsewhere, as presigned ones are. */
    private HttpServer redirecting(String place) throws IOException {
        HttpServer front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        front.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/results/")) {
                exchange.getResponseHeaders().set("Location", place);
                exchange.sendResponseHeaders(307, -1);
            } else {
                byte[] answer = address().resolve(path).toURL().openStream().readAllBytes();
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        front.start();
        return front;
    }

    private static HttpServer answering(Function<String, String> answers) throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            byte[] answer = answers.apply(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        other.start();
        return other;
    }
}
