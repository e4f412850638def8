package org.armlib.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.armlib.content.Compression;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Manifest;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Cleared;
import org.junit.jupiter.api.Test;

/**
 * Processes killed in the midst of committing, promoting, retracting and purging, one after the other on one folder:
 * what they said was done is done, and what they had begun is done or not, never in part.
 */
class FileCacheKillTest {
    private static final Pattern PART = Pattern.compile("(?<token>[0-9a-f]{32})\\..+");

    private final Map<String, Expected> model = new LinkedHashMap<>();

    @Test
    void C10_what_was_acknowledged_is_there_and_nothing_partial_whenever_a_process_is_killed()
            throws IOException, InterruptedException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int kills = Battery.full() ? 120 : 9;
        try (FileFixture fixture = new FileFixture(Compression.NONE)) {
            CacheManager cache = fixture.open();
            long epoch = 0;
            for (int i = 0; i < kills; i++) {
                Compression compression = List.of(Compression.values()).get(i % 3);
                List<String> log = runAndKill(fixture.directory(), compression, "c" + i + "-", random);
                String context = "seed " + seed + ", kill " + i + ", log " + log;

                Optional<String> begun = replay(log);
                check(cache, begun, context);
                long rebuilds = log.stream().filter("begin rebuild"::equals).count();
                long now = cache.epoch().value();
                assertThat(now).as(context).isIn(epoch + rebuilds, epoch + rebuilds - (begun.isPresent() ? 1 : 0));
                epoch = now;

                cache.sweep(Duration.ofDays(-1));
                assertNoOrphans(fixture.directory(), context);
                assertThat(cache.sweep(Duration.ofDays(-1))).as(context).isEqualTo(Cleared.NOTHING);
                check(cache, begun, context);
                settle(cache);
            }
            assertThat(new DataEpoch(epoch)).isEqualTo(cache.epoch());
        }
    }

    private static List<String> runAndKill(Path directory, Compression compression, String prefix, Random random)
            throws IOException, InterruptedException {
        Process child = Child.start(
                List.of("-Xshare:auto"), directory, compression, "churn", prefix, String.valueOf(random.nextLong()));
        List<String> log = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (int left = 1 + random.nextInt(60); left > 0; left--) {
                log.add(String.valueOf(lines.readLine()));
            }
            LockSupport.parkNanos(random.nextInt(20_000_000));
            // Not Process.destroyForcibly, which would close the stream that is read below.
            child.toHandle().destroyForcibly();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
            }
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as("killed, not failed").isEqualTo(128 + 9);
        return log;
    }

    /** Applies what was done to the model; gives what was begun last and perhaps not done. */
    private Optional<String> replay(List<String> log) {
        Optional<String> begun = Optional.empty();
        for (String line : log) {
            if (line.startsWith("begin ")) {
                begun = Optional.of(line.substring("begin ".length()));
            } else if (line.startsWith("done")) {
                apply(begun.orElseThrow(), line);
                begun = Optional.empty();
            }
        }
        return begun;
    }

    private void apply(String task, String answer) {
        String[] words = task.split(" ", -1);
        switch (words[0]) {
            case "commit" -> {
                assertThat(answer).isEqualTo("done Published");
                model.put(words[1], new Expected(Integer.parseInt(words[2]), CachePolicy.valueOf(words[3])));
            }
            case "promote" -> {
                assertThat(answer).isEqualTo("done " + model.containsKey(words[1]));
                model.computeIfPresent(words[1], (key, old) -> new Expected(old.number, CachePolicy.STICKY));
            }
            case "retract" -> model.remove(words[1]);
            case "routine" -> model.values().removeIf(expected -> expected.policy == CachePolicy.TEMPORARY);
            case "rebuild" -> model.clear();
            default -> throw new AssertionError(task);
        }
    }

    private void check(CacheManager cache, Optional<String> begun, String context) throws IOException {
        String[] words = begun.orElse("nothing").split(" ", -1);
        for (Map.Entry<String, Expected> entry : model.entrySet()) {
            String key = entry.getKey();
            Expected expected = entry.getValue();
            Optional<Integer> found = Results.found(cache, key);
            boolean touched = words[0].equals("rebuild")
                    || (words[0].equals("routine") && expected.policy == CachePolicy.TEMPORARY)
                    || (words.length > 1 && words[1].equals(key));
            if (!touched || words[0].equals("promote")) {
                assertThat(found).as("%s, %s", key, context).contains(expected.number);
            } else if (words[0].equals("commit")) {
                assertThat(found.orElseThrow())
                        .as("%s, %s", key, context)
                        .isIn(expected.number, Integer.valueOf(words[2]));
            } else if (found.isPresent()) {
                assertThat(found).as("%s, %s", key, context).contains(expected.number);
            }
        }
        for (CachePolicy area : CachePolicy.values()) {
            for (Manifest manifest : cache.list(area, Optional.empty(), 10_000).items()) {
                String key = manifest.key().value();
                if (!model.containsKey(key)) {
                    assertThat(words).as("%s, %s", key, context).startsWith("commit", key);
                }
            }
        }
    }

    /** What was begun is done or not, and that is now known. */
    private void settle(CacheManager cache) {
        model.clear();
        for (CachePolicy area : CachePolicy.values()) {
            for (Manifest manifest : cache.list(area, Optional.empty(), 10_000).items()) {
                model.put(manifest.key().value(), new Expected(Results.number(manifest.submission()), area));
            }
        }
    }

    private static void assertNoOrphans(Path directory, String context) throws IOException {
        List<Path> files = FileFixture.tree(directory);
        Set<String> tokens = files.stream()
                .filter(file -> file.toString().endsWith(".json"))
                .map(FileCacheKillTest::token)
                .collect(Collectors.toSet());
        for (Path file : files) {
            var matcher = PART.matcher(file.getFileName().toString());
            if (matcher.matches()) {
                assertThat(tokens).as("%s, %s", file, context).contains(matcher.group("token"));
            }
        }
    }

    private static String token(Path manifest) {
        try {
            return Manifests.readToken(manifest).orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(manifest.toString(), e);
        }
    }

    private record Expected(int number, CachePolicy policy) {}
}
