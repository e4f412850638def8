package org.armlib.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.armlib.content.Compression;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.FormatName;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.junit.jupiter.api.Test;

/** Several processes on one folder, and how much memory one takes. */
class FileCacheProcessesTest {
    private static final int PROCESSES = 4;

    @Test
    void C04_of_commits_by_several_processes_one_wins_and_each_rebuild_counts_once()
            throws IOException, InterruptedException {
        int keys = Battery.full() ? 300 : 40;
        try (FileFixture fixture = new FileFixture(Compression.NONE)) {
            List<Process> children = new ArrayList<>();
            List<BufferedReader> outputs = new ArrayList<>();
            for (int i = 1; i <= PROCESSES; i++) {
                Process child = Child.start(
                        List.of(),
                        fixture.directory(),
                        Compression.NONE,
                        "race",
                        String.valueOf(i),
                        String.valueOf(keys));
                children.add(child);
                outputs.add(child.inputReader(StandardCharsets.UTF_8));
            }
            List<String> lines = new ArrayList<>();
            readTo("ready", outputs, lines);
            tell(children);
            readTo("committed", outputs, lines);
            tell(children);
            readTo("rebuilt", outputs, lines);
            for (Process child : children) {
                assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(child.exitValue()).isZero();
            }

            Map<String, Long> published = lines.stream()
                    .filter(line -> line.contains("Published["))
                    .collect(
                            Collectors.groupingBy(line -> line.substring(0, line.indexOf(' ')), Collectors.counting()));
            assertThat(published)
                    .hasSize(keys)
                    .allSatisfy((key, count) -> assertThat(count).as(key).isEqualTo(1));
            assertThat(fixture.open().epoch()).isEqualTo(new DataEpoch(5 * PROCESSES));
        }
    }

    private static void readTo(String mark, List<BufferedReader> outputs, List<String> lines) throws IOException {
        for (BufferedReader output : outputs) {
            String line = output.readLine();
            while (line != null && !line.equals(mark)) {
                lines.add(line);
                line = output.readLine();
            }
            assertThat(line).isEqualTo(mark);
        }
    }

    private static void tell(List<Process> children) throws IOException {
        for (Process child : children) {
            child.getOutputStream().write('\n');
            child.getOutputStream().flush();
        }
    }

    @Test
    void C03_four_writers_of_long_results_need_little_memory() throws IOException, InterruptedException {
        long length = Battery.full() ? 5L << 30 : 128L << 20;
        String heap = Battery.full() ? "-Xmx128m" : "-Xmx64m";
        try (FileFixture fixture = new FileFixture(Compression.NONE)) {
            Path directory = fixture.directory();
            Process child = Child.start(
                    List.of(heap), directory, Compression.NONE, "long", String.valueOf(PROCESSES), "" + length);
            List<String> lines = new BufferedReader(
                            new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .toList();
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();

            assertThat(lines).containsExactlyInAnyOrder("k0 Published", "k1 Published", "k2 Published", "k3 Published");
            try (CacheManager cache = fixture.open()) {
                for (int i = 0; i < PROCESSES; i++) {
                    CachedResult result = cache.find(new RequestKey("k" + i)).orElseThrow();
                    StoredFormat csv =
                            result.manifest().format(new FormatName("csv")).orElseThrow();
                    assertThat(csv.length()).isEqualTo(length);
                }
                cache.find(new RequestKey("k0")).orElseThrow().verify();
            }
        }
    }
}
