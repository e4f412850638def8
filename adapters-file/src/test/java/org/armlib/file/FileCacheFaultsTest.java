package org.armlib.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.armlib.content.Compression;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.armlib.tck.CacheSamples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the file system refuses: any one operation at a time, hard links, and all room. */
class FileCacheFaultsTest {
    private static final RequestKey KEY = new RequestKey("a");

    @Test
    void C02_a_commit_publishes_all_or_nothing_whichever_operation_fails(@TempDir Path directory) throws IOException {
        FaultyFiles files = new FaultyFiles();
        CacheManager cache = new FileCacheManager(files.path(directory), Compression.GZIP, Clock.systemUTC());
        cache.purge(Purge.ROUTINE);
        long before = FaultyFiles.filesBelow(directory);
        int failures = 0;
        for (int call = 1; ; call++) {
            int number = 2 * call;
            files.failAt(call);
            Optional<String> refused = commitUnlessRefused(cache, number);
            boolean failed = files.hasFailed();
            files.failAt(0);

            if (!failed) {
                assertThat(refused).isEmpty();
                break;
            }
            failures++;
            if (refused.isPresent()) {
                assertThat(cache.find(KEY))
                        .as("operation %d: %s", call, refused)
                        .isEmpty();
                assertThat(refused.get()).as("operation %d", call).contains("'a'", "Input/output error");
            } else {
                assertThat(Results.found(cache, "a")).as("operation %d", call).contains(number);
            }
            assertThat(Results.commit(cache, "a", CachePolicy.TEMPORARY, number + 1, 1))
                    .isInstanceOf(Commit.Published.class);
            assertThat(Results.found(cache, "a")).contains(number + 1);
            cache.purge(Purge.ROUTINE);
            cache.sweep(Duration.ofDays(-1));
            assertThat(FaultyFiles.filesBelow(directory))
                    .as("operation %d", call)
                    .isEqualTo(before);
        }
        assertThat(failures).isGreaterThan(20);
    }

    @Test
    void W07_a_check_finds_that_results_cannot_be_written_and_leaves_nothing(@TempDir Path directory)
            throws IOException {
        FaultyFiles files = new FaultyFiles();
        FileCacheManager cache = new FileCacheManager(files.path(directory), Compression.ZSTD, Clock.systemUTC());
        long before = FaultyFiles.filesBelow(directory);

        cache.check();
        assertThat(FaultyFiles.filesBelow(directory)).isEqualTo(before);

        files.room(1000);
        assertThatThrownBy(cache::check).isInstanceOf(CacheException.class).hasMessageContaining("make room there");
        assertThat(FaultyFiles.filesBelow(directory)).isEqualTo(before);

        files.room(Long.MAX_VALUE);
        cache.check();
    }

    private static Optional<String> commitUnlessRefused(CacheManager cache, int number) {
        try {
            assertThat(Results.commit(cache, "a", CachePolicy.TEMPORARY, number, 1))
                    .isInstanceOf(Commit.Published.class);
            return Optional.empty();
        } catch (CacheException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Optional.of("'a' " + e.getMessage());
        }
    }

    @Test
    void C06_a_promotion_moves_or_leaves_the_result_whichever_operation_fails(@TempDir Path directory)
            throws IOException {
        FaultyFiles files = new FaultyFiles();
        CacheManager cache = new FileCacheManager(files.path(directory), Compression.NONE, Clock.systemUTC());
        for (int call = 1; ; call++) {
            String key = "k" + call;
            Results.commit(cache, key, CachePolicy.TEMPORARY, 1, 1);
            files.failAt(call);
            boolean promoted = promoteUnlessRefused(cache, key);
            boolean failed = files.hasFailed();
            files.failAt(0);

            assertThat(Results.found(cache, key)).as("operation %d", call).contains(1);
            cache.purge(Purge.ROUTINE);
            if (promoted) {
                assertThat(Results.found(cache, key)).as("operation %d", call).contains(1);
            }
            if (!failed) {
                assertThat(promoted).isTrue();
                assertThat(call).isGreaterThan(10);
                return;
            }
        }
    }

    private static boolean promoteUnlessRefused(CacheManager cache, String key) {
        try {
            return cache.promote(new RequestKey(key));
        } catch (CacheException e) {
            return false;
        }
    }

    @Test
    void C05_a_result_that_cannot_be_removed_does_not_keep_the_others(@TempDir Path directory) throws IOException {
        CacheManager cache = new FileCacheManager(directory, Compression.NONE, Clock.systemUTC());
        for (int i = 0; i < 5; i++) {
            Results.commit(cache, "k" + i, CachePolicy.TEMPORARY, 1, 1);
        }
        jam(directory.resolve("temporary"), "k2", "0".repeat(28) + "." + "0".repeat(19) + ".json");

        for (Purge purge : Purge.values()) {
            assertThatThrownBy(() -> cache.purge(purge))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("1 could not be removed")
                    .hasMessageContaining("the first: ");
        }

        assertThat(FaultyFiles.filesBelow(directory.resolve("temporary"))).isEqualTo(1);
        assertThat(cache.sincePurge()).isPresent();
    }

    @Test
    void C09_remains_that_cannot_be_removed_do_not_keep_the_others(@TempDir Path directory) throws IOException {
        CacheManager cache = new FileCacheManager(directory, Compression.NONE, Clock.systemUTC());
        for (int i = 0; i < 5; i++) {
            ResultWriter abandoned = cache.write(Results.leased("k" + i, CachePolicy.TEMPORARY, 1, 1));
            try (OutputStream out = abandoned.format("csv", "text/csv")) {
                out.write(1);
            }
        }
        jam(directory.resolve("temporary"), "k2", "0".repeat(32) + ".csv");

        CacheManager other = new FileCacheManager(directory, Compression.NONE, Clock.systemUTC());
        assertThatThrownBy(() -> other.sweep(Duration.ofDays(-1)))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("1 could not be removed, 5 were");

        assertThat(FaultyFiles.filesBelow(directory.resolve("temporary"))).isEqualTo(1);
    }

    /** Puts a folder that is not empty where a file is expected: it cannot be deleted as one, even by root. */
    private static void jam(Path area, String key, String name) throws IOException {
        String hash = Tree.hash(new RequestKey(key));
        Path folder = Files.createDirectories(
                area.resolve(hash.substring(0, 2)).resolve(hash).resolve(name));
        Files.createFile(folder.resolve("file"));
    }

    @Test
    void C02_a_failure_that_the_producer_does_not_heed_is_told_in_commit(@TempDir Path directory) throws IOException {
        FaultyFiles files = new FaultyFiles();
        CacheManager cache = new FileCacheManager(files.path(directory), Compression.NONE, Clock.systemUTC());
        String where = "cannot store the result of 'a' in the file cache '" + directory + "': ";
        String what = "No space left on device; make room there, for example by a purge, and try again";
        try (ResultWriter writer = cache.write(Results.leased("a", CachePolicy.STICKY, 1, 1))) {
            OutputStream out = writer.format("csv", "text/csv");
            files.room(100_000);
            assertThatThrownBy(() -> out.write(new byte[1_000_000]))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(where)
                    .hasMessageEndingWith(what);
            files.room(Long.MAX_VALUE);
            assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
            assertThatThrownBy(out::close).isInstanceOf(IOException.class);

            assertThatThrownBy(writer::commit)
                    .isInstanceOfSatisfying(CacheException.class, e -> {
                        assertThat(e.retryable()).isTrue();
                        assertThat(e.getMessage()).containsOnlyOnce("make room");
                    })
                    .hasMessageStartingWith(where)
                    .hasMessageEndingWith(what);
        }
        assertThat(cache.find(KEY)).isEmpty();
    }

    @Test
    void C12_a_full_quota_is_a_clear_error_and_leaves_room_again(@TempDir Path directory) throws IOException {
        FaultyFiles files = new FaultyFiles();
        CacheManager cache = new FileCacheManager(files.path(directory), Compression.NONE, Clock.systemUTC());
        long before = FaultyFiles.filesBelow(directory);
        for (int room : new int[] {0, 1, 5_000, 65_536, 200_000}) {
            files.room(room);
            assertThatThrownBy(() -> store(cache, 1_000_000))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("No space left on device");
            assertThat(cache.find(KEY)).isEmpty();
            assertThat(FaultyFiles.filesBelow(directory))
                    .as("files left with room %d", room)
                    .isEqualTo(before);
        }
        files.room(Long.MAX_VALUE);

        assertThat(Results.commit(cache, "a", CachePolicy.STICKY, 1, 1)).isInstanceOf(Commit.Published.class);
        assertThat(Results.found(cache, "a")).contains(1);
    }

    @Test
    void C12_a_full_disk_is_a_clear_error_and_leaves_room_again(@TempDir Path directory)
            throws IOException, InterruptedException {
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", directory.toString());
        try {
            // Where nothing may be mounted, a file system with a quota stands for the small disk.
            FaultyFiles files = new FaultyFiles();
            files.room(mounted ? Long.MAX_VALUE : 8 << 20);
            CacheManager cache = new FileCacheManager(files.path(directory), Compression.NONE, Clock.systemUTC());
            long before = FaultyFiles.filesBelow(directory);
            assertThatThrownBy(() -> store(cache, 20_000_000))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("cannot store the result of 'a'")
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("make room");
            assertThat(FaultyFiles.filesBelow(directory)).isEqualTo(before);
            files.room(Long.MAX_VALUE);

            assertThat(Results.commit(cache, "a", CachePolicy.STICKY, 1, 1)).isInstanceOf(Commit.Published.class);
            assertThat(Results.found(cache, "a")).contains(1);
        } finally {
            if (mounted) {
                assertThat(run("umount", directory.toString())).isTrue();
            }
        }
    }

    /** Writes one format, whatever its stream says, and commits. */
    private static Commit store(CacheManager cache, int length) {
        try (ResultWriter writer = cache.write(Results.leased("a", CachePolicy.TEMPORARY, 1, 1))) {
            try (OutputStream out = writer.format("csv", "text/csv")) {
                byte[] block = new byte[10_000];
                for (int at = 0; at < length; at += block.length) {
                    out.write(block);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left on device");
            }
            return writer.commit();
        }
    }

    @Test
    void C04_without_hard_links_the_first_commit_wins_and_promotion_copies(@TempDir Path directory) throws IOException {
        FaultyFiles files = new FaultyFiles();
        files.withoutLinks();
        CacheManager cache = new FileCacheManager(files.path(directory), Compression.NONE, Clock.systemUTC());
        try (ResultWriter second = cache.write(Results.leased("a", CachePolicy.TEMPORARY, 1, 2))) {
            Results.write(second, "a", 1, 2);
            assertThat(Results.commit(cache, "a", CachePolicy.TEMPORARY, 1, 1)).isInstanceOf(Commit.Published.class);
            assertThat(second.commit()).isEqualTo(new Commit.Discarded(Commit.Reason.ALREADY_PUBLISHED));
        }
        assertThat(cache.promote(KEY)).isTrue();
        cache.purge(Purge.ROUTINE);
        assertThat(Results.found(cache, "a")).contains(1);
        assertThat(cache.sweep(Duration.ofDays(-1)).items()).isZero();
    }

    @Test
    void C04_without_hard_links_a_claim_whose_owner_died_is_no_result_and_is_taken_over(@TempDir Path directory)
            throws IOException {
        FaultyFiles files = new FaultyFiles();
        files.withoutLinks();
        CacheManager cache = new FileCacheManager(files.path(directory), Compression.NONE, Clock.systemUTC());
        Path folder = new Tree(directory, FileAccess.OWNER).keyFolder(CachePolicy.TEMPORARY, Tree.hash(KEY));
        Entry entry =
                new Entry(CachePolicy.TEMPORARY, folder, CacheSamples.submission(1), org.armlib.domain.DataEpoch.FIRST);
        Files.createDirectories(folder);
        Files.createFile(entry.path());

        assertThat(cache.find(KEY)).isEmpty();
        assertThatThrownBy(() -> Results.commit(cache, "a", CachePolicy.TEMPORARY, 1, 1))
                .isInstanceOfSatisfying(
                        CacheException.class, e -> assertThat(e.retryable()).isTrue())
                .hasMessageContaining("another attempt is just publishing");

        Files.setLastModifiedTime(
                entry.path(),
                java.nio.file.attribute.FileTime.from(
                        Clock.systemUTC().instant().minusSeconds(120)));
        assertThat(Results.commit(cache, "a", CachePolicy.TEMPORARY, 1, 1)).isInstanceOf(Commit.Published.class);
        assertThat(Results.found(cache, "a")).contains(1);
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
