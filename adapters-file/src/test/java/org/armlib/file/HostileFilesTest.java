package org.armlib.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.armlib.content.Compression;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;
import org.armlib.ports.ResultWriter;
import org.armlib.tck.CacheSamples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that somebody has put into a cache's folder: they are no results, and keep nobody from anything. */
@Timeout(60)
class HostileFilesTest {
    private static final long GIGABYTE = 1L << 30;

    /** Puts something in the place of a file. */
    private interface Prank {
        void play(Path file, String content) throws IOException, InterruptedException;
    }

    @Test
    void manifests_that_nobody_published_are_no_results() throws Exception {
        Map<String, Prank> pranks = new TreeMap<>(Map.of(
                "a pipe",
                        (file, content) -> new ProcessBuilder("mkfifo", file.toString())
                                .start()
                                .waitFor(),
                "a link to what never ends", (file, content) -> Files.createSymbolicLink(file, Path.of("/dev/zero")),
                "a folder", (file, content) -> Files.createDirectory(file),
                "a gigabyte", (file, content) -> sparse(file),
                "a negative length",
                        (file, content) -> Files.writeString(file, content.replace("\"length\":", "\"length\":-")),
                "a length that overflows",
                        (file, content) -> Files.writeString(
                                file, content.replace("\"length\":", "\"length\":99999999999999999999")),
                "deep brackets", (file, content) -> Files.writeString(file, deep(content)),
                "another key",
                        (file, content) ->
                                Files.writeString(file, content.replace("\"key\":\"a\"", "\"key\":\"other\""))));
        for (Map.Entry<String, Prank> prank : pranks.entrySet()) {
            FileFixture fixture = new FileFixture(Compression.NONE);
            try (CacheManager cache = fixture.open()) {
                publish(cache, "a");
                publish(cache, "b");
                Path manifest = manifest(fixture, "a");
                String content = Files.readString(manifest);
                Files.delete(manifest);
                prank.getValue().play(manifest, content);

                try (CacheManager fresh = fixture.open()) {
                    assertThat(fresh.find(new RequestKey("a")))
                            .as(prank.getKey())
                            .isEmpty();
                    assertThat(fresh.find(new RequestKey("b")))
                            .as(prank.getKey())
                            .isPresent();
                    assertThat(fresh.list(CachePolicy.TEMPORARY, Optional.empty(), 10)
                                    .items())
                            .as(prank.getKey())
                            .extracting(listed -> listed.key().value())
                            .containsExactly("b");
                    assertThatCode(() -> {
                                fresh.sweep(Duration.ofHours(1));
                                fresh.purge(Purge.ROUTINE);
                            })
                            .as(prank.getKey())
                            .doesNotThrowAnyException();
                }
            } finally {
                fixture.close();
            }
        }
    }

    private static void publish(CacheManager cache, String key) throws IOException {
        BatchRequest request =
                BatchRequest.of("/report").key(new RequestKey(key)).build();
        try (ResultWriter writer = cache.write(CacheSamples.leased(request, CacheSamples.submission(1), 1))) {
            try (OutputStream out = writer.format("csv", "text/csv")) {
                out.write("a,b\n".getBytes(StandardCharsets.UTF_8));
            }
            writer.commit();
        }
    }

    private static Path manifest(FileFixture fixture, String key) throws IOException {
        String hash = Tree.hash(new RequestKey(key));
        return FileFixture.tree(fixture.directory()).stream()
                .filter(file ->
                        file.toString().contains(hash) && file.toString().endsWith(".json"))
                .findFirst()
                .orElseThrow();
    }

    private static void sparse(Path file) throws IOException {
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(GIGABYTE);
        }
    }

    private static String deep(String content) {
        int manifest = content.indexOf("\"manifest\":") + "\"manifest\":".length();
        return content.substring(0, manifest) + "[".repeat(100_000) + "}\n";
    }
}
