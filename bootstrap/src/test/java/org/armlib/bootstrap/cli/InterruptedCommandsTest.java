package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left when a command is told to end, as Ctrl-C does. */
@Timeout(120)
class InterruptedCommandsTest {
    private static final String STATUS = """
            {"key": "mine", "status": "Completed", "requestUri": "/report", "parameters": {}, "sticky": false,
             "attempts": 1, "epoch": 0, "results": {"csv": {"url": "/results/mine.csv", "length": 200000,
             "digest": "sha256:%s", "mediaType": "text/csv"}}}
            """.formatted("0".repeat(64));

    @TempDir
    Path folder;

    @Test
    void waiting_ends_and_the_request_goes_on() throws Exception {
        Path conf = Files.writeString(
                folder.resolve("app.conf"), """
                queue { adapter = jdbc, url = "jdbc:h2:%s" }
                cache { adapter = file, directory = "%s" }
                worker.threads = 0
                """.formatted(folder.resolve("queue"), folder.resolve("cache")));
        Process process = start("submit", "/report", "--key", "mine", "--wait", "-c", conf.toString());
        await().atMost(Duration.ofMinutes(1)).until(() -> messages().contains("Pending, position 1"));

        process.destroy();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(messages())
                .contains(
                        "interrupted; the request goes on, see 'armlib status mine'; 'armlib cancel mine' calls it off");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(Main.run(new Printer(out, out), "status", "mine", "-c", conf.toString()))
                .as("the queue was left in order")
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("status +Pending");
    }

    @Test
    void a_result_on_its_way_leaves_no_file_behind() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        HttpServer server = halting(goOn);
        Path place = Files.createDirectory(folder.resolve("place"));
        try {
            Process process = start(
                    "result",
                    "mine",
                    "-o",
                    place.resolve("report.csv").toString(),
                    "--server",
                    "http://127.0.0.1:" + server.getAddress().getPort());
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> filesIn(place).stream()
                            .anyMatch(file -> file.toFile().length() > 0));
            assertThat(filesIn(place)).noneMatch(file -> file.endsWith("report.csv"));

            process.destroy();

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(filesIn(place)).isEmpty();
        } finally {
            goOn.countDown();
            server.stop(0);
        }
    }

    private static HttpServer halting(CountDownLatch goOn) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/requests/mine", exchange -> {
            byte[] answer = STATUS.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.createContext("/results/", exchange -> {
            exchange.sendResponseHeaders(200, 200_000);
            exchange.getResponseBody().write(new byte[100_000]);
            exchange.getResponseBody().flush();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private String messages() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    private static List<Path> filesIn(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.toList();
        }
    }
}
