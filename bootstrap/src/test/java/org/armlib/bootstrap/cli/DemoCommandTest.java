package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class DemoCommandTest {
    @TempDir
    Path folder;

    @Test
    void a_demo_that_is_killed_midway_goes_on_where_it_was() throws IOException, InterruptedException {
        Process first = demo("first.txt");
        await().atMost(Duration.ofMinutes(1)).until(() -> results().size() >= 40);
        first.destroyForcibly().waitFor();
        Set<Path> before = results();
        assertThat(before).as("results of the first run").hasSizeLessThan(119);

        Process second = demo("second.txt");

        assertThat(second.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(second.exitValue()).as(output("second.txt")).isZero();
        assertThat(results()).containsAll(before);
        assertThat(output("second.txt")).contains("119 completed").contains("13 failed");
        assertThat(fromCache(output("second.txt"))).isGreaterThanOrEqualTo(40);
    }

    @Test
    void the_console_is_there_while_the_demo_runs_and_for_as_long_as_it_stays() throws Exception {
        Process demo = demo("output.txt", "--stay");
        await().atMost(Duration.ofMinutes(1)).until(() -> output("output.txt").contains("console at "));
        Matcher told = Pattern.compile("console at (http://127\\.0\\.0\\.1:\\d+/), its admin token is (\\S+)")
                .matcher(output("output.txt").lines().findFirst().orElseThrow());
        assertThat(told.matches()).as("what is told first").isTrue();
        URI console = URI.create(told.group(1));
        assertThat(get(console).body()).contains("armlib console");

        await().atMost(Duration.ofMinutes(2)).until(() -> output("output.txt").contains("Ctrl-C ends it"));

        assertThat(output("output.txt")).contains("119 completed", "13 failed");
        assertThat(get(console.resolve("requests?status=Failed&limit=500")).body())
                .contains("'1999' is not one of 2012");
        HttpResponse<String> counted = get(console.resolve("admin/cache"), "Authorization", "Bearer " + told.group(2));
        assertThat(counted.body()).contains("\"complete\":true");
        assertThat(demo.isAlive()).isTrue();

        demo.destroy();

        assertThat(demo.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output("output.txt")).endsWith("\nstopping\n");
    }

    @Test
    void a_demo_that_is_interrupted_ends_in_order_and_does_not_stay() throws Exception {
        Process demo = demo("output.txt", "--stay");
        await().atMost(Duration.ofMinutes(1)).until(() -> !results().isEmpty());

        demo.destroy();

        assertThat(demo.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output("output.txt"))
                .contains("interrupted; running requests are finished first", "not finished")
                .doesNotContain("Exception", "Ctrl-C ends it");
    }

    @Test
    void the_console_takes_any_port_where_the_usual_one_is_taken() throws Exception {
        try (ServerSocket taken = taken()) {
            Process demo = demo("output.txt", "--no-stay");
            assertThat(demo.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(demo.exitValue())
                    .as("those that fail are wrong on purpose")
                    .isZero();
            assertThat(output("output.txt"))
                    .contains("console at http://127.0.0.1:", "port 8080 is taken, so the console has another")
                    .doesNotContain("http://127.0.0.1:8080/", "Ctrl-C ends it");
            assertThat(taken.isClosed()).isFalse();
        }
    }

    @Test
    void where_nobody_sits_it_ends_after_the_run() throws Exception {
        Process demo = demo("output.txt");
        assertThat(demo.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(output("output.txt")).contains("119 completed").doesNotContain("Ctrl-C ends it");
    }

    /** The usual port, which somebody else may have taken already. */
    private static ServerSocket taken() throws IOException {
        try {
            return new ServerSocket(8080, 1, InetAddress.getLoopbackAddress());
        } catch (BindException e) {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        }
    }

    private static HttpResponse<String> get(URI uri, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        return HttpClient.newHttpClient()
                .send(
                        (headers.length > 0 ? request.headers(headers) : request).build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private Process demo(String output, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "demo",
                "--queue",
                "jdbc",
                "--directory",
                folder.resolve("demo").toString()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(output).toFile())
                .start();
    }

    private String output(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private static int fromCache(String output) {
        return Stream.of(output.split("\\(", -1))
                .filter(part -> part.contains(" from the cache)"))
                .map(part -> part.substring(0, part.indexOf(' ')))
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
    }

    /** The manifests of what is published. */
    private Set<Path> results() throws IOException {
        Path cache = folder.resolve("demo/cache/temporary");
        if (!Files.isDirectory(cache)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.walk(cache)) {
            return new TreeSet<>(
                    files.filter(file -> file.getFileName().toString().endsWith(".json"))
                            .toList());
        }
    }
}
