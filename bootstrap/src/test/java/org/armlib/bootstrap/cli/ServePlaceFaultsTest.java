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
import java.util.Map;
import org.armlib.bootstrap.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server where results cannot be written holds its requests, reports why, and loses them no attempt. */
@Timeout(120)
class ServePlaceFaultsTest {
    private static final String TOKEN = "a-token-of-the-tests";
    private static final int RESULT = 200_000;

    @TempDir
    Path folder;

    private HttpServer upstream;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, RESULT);
                exchange.getResponseBody().write(new byte[RESULT]);
            }
        });
        upstream.start();
    }

    @AfterEach
    void stopUpstream() {
        upstream.stop(0);
    }

    @Test
    void requests_wait_while_the_disk_is_full() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "rw");
                ServeProcess server = ServeProcess.start(configuration("memory", disk.folder(), "none"), Map.of())) {
            URI address = server.address();
            assertThat(get(address, "health/ready").statusCode()).isEqualTo(200);
            disk.fill();

            showsTheHold(address, "No space left on device");

            disk.makeRoom();
            completes(address);
        }
    }

    @Test
    void requests_wait_while_the_disk_is_read_only() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "rw");
                ServeProcess server = ServeProcess.start(configuration("memory", disk.folder(), "none"), Map.of())) {
            URI address = server.address();
            disk.remount("ro");

            showsTheHold(address, "Read-only file system");

            disk.remount("rw");
            completes(address);
        }
    }

    @Test
    void requests_wait_where_no_code_may_be_run_from_the_temporary_folder() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("tmp"), "noexec")) {
            Path conf = configuration(
                    "jdbc, url = \"jdbc:h2:" + folder.resolve("queue") + "\"", folder.resolve("cache"), "zstd");
            try (ServeProcess server = ServeProcess.start(conf, Map.of(), "-Djava.io.tmpdir=" + disk.folder())) {
                showsTheHold(server.address(), "zstd cannot be loaded");
                server.stop();
                server.awaitExit();
            }

            try (ServeProcess server = ServeProcess.start(conf, Map.of())) {
                completes(server.address());
            }
        }
    }

    private void showsTheHold(URI server, String reason) throws Exception {
        assertThat(get(server, "batch/report?_key=k").statusCode()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            HttpResponse<String> readiness = get(server, "health/ready");
            assertThat(readiness.statusCode()).isEqualTo(503);
            assertThat(readiness.body()).contains("not ready: cache, leasing");

            Config held = json(server, "admin/status").getConfig("held");
            assertThat(held.getString("by")).isEqualTo("cache");
            assertThat(held.getString("reason")).contains(reason);

            Config status = json(server, "requests/k");
            assertThat(status.getString("status")).isEqualTo("Pending");
            assertThat(status.getInt("attempts")).isZero();
            assertThat(status.getString("held.reason")).contains(reason);
        });

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(Main.run(new Printer(out, out), "status", "k", "--server", server.toString()))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("held +by cache since ")
                .contains(reason);
    }

    private void completes(URI server) {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            Config status = json(server, "requests/k");
            assertThat(status.getString("status")).isEqualTo("Completed");
            assertThat(status.getInt("attempts")).isEqualTo(1);
            assertThat(get(server, "health/ready").statusCode()).isEqualTo(200);
        });
    }

    private Config json(URI server, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(server, path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return ConfigFactory.parseString(response.body());
    }

    private HttpResponse<String> get(URI server, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private Path configuration(String queue, Path cache, String compression) throws IOException {
        return Files.writeString(folder.resolve("app.conf"), """
                queue { adapter = %s }
                cache { adapter = file, directory = "%s", compression = %s }
                processor { adapter = gateway, upstream = "http://127.0.0.1:%d" }
                worker.threads = 1
                server { port = 0, admin-token = %s }
                """.formatted(
                        queue, cache, compression, upstream.getAddress().getPort(), TOKEN));
    }
}
