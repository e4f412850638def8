package org.armlib.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is handed out runs where it is unpacked, without sources or Maven. */
class DistributionTest {
    private static final Path BUILT =
            Path.of("../../bootstrap/target").toAbsolutePath().normalize();
    private static final Pattern LISTENING = Pattern.compile("listening on (http://127\\.0\\.0\\.1:\\d+)");

    @TempDir
    Path folder;

    private Path home;
    private Path output;

    @BeforeEach
    void unpack() throws IOException, InterruptedException {
        output = folder.resolve("output");
        try (Stream<Path> built = Files.list(BUILT)) {
            Path archive = built.filter(path -> path.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
            assertThat(exit(start("tar", "-xzf", archive.toString()))).isZero();
        }
        try (Stream<Path> unpacked = Files.list(folder)) {
            home = unpacked.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    @Test
    void its_configuration_is_right_and_has_every_adapter() throws IOException, InterruptedException {
        assertThat(exit(armlib("config", "check", "-c", home.resolve("app.conf").toString())))
                .as(said())
                .isZero();
        assertThat(exit(armlib("adapters"))).isZero();
        assertThat(said())
                .contains("queue.adapter = dynamodb", "queue.adapter = jdbc", "queue.adapter = memory")
                .contains("cache.adapter = file", "cache.adapter = s3", "processor.adapter = gateway");
    }

    @Test
    void it_serves_and_stops_when_it_is_told_to() throws IOException, InterruptedException {
        Process server = armlib("serve", "-c", home.resolve("app.conf").toString());
        try {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !server.isAlive() || LISTENING.matcher(said()).find());
            Matcher listening = LISTENING.matcher(said());
            assertThat(listening.find()).as(said()).isTrue();

            HttpRequest live = HttpRequest.newBuilder(URI.create(listening.group(1) + "/health/live"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(live, BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            // The launcher has become the JVM, so the signal reaches it.
            server.destroy();
        }
        assertThat(exit(server)).as(said()).isIn(0, 143);
    }

    private Process armlib(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(home.resolve("armlib").toString()));
        command.addAll(List.of(arguments));
        return start(command.toArray(String[]::new));
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        process.environment().put("ARMLIB_PORT", "0");
        process.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return process.start();
    }

    private static int exit(Process process) throws InterruptedException {
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private String said() throws IOException {
        return Files.exists(output) ? Files.readString(output) : "";
    }
}
