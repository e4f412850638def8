package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
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
        assertThat(before).as("results of the first run").hasSizeLessThan(115);

        Process second = demo("second.txt");

        assertThat(second.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(second.exitValue()).as(output("second.txt")).isEqualTo(1);
        assertThat(results()).containsAll(before);
        assertThat(output("second.txt")).contains("115 completed").contains("13 failed");
        assertThat(fromCache(output("second.txt"))).isGreaterThanOrEqualTo(40);
    }

    private Process demo(String output) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "demo",
                        "--queue",
                        "jdbc",
                        "--directory",
                        folder.resolve("demo").toString()))
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
