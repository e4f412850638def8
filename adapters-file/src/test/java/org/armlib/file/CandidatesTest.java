package org.armlib.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of folders is never what was there before they changed. */
class CandidatesTest {
    private static final String HASH = Tree.hash(new RequestKey("k"));
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    @TempDir
    Path root;

    private final AtomicLong nanos = new AtomicLong();
    private Tree tree = new Tree(Path.of(""), FileAccess.OWNER);
    private Epochs epochs = new Epochs(Path.of(""), FileAccess.OWNER);
    private Candidates candidates = new Candidates(tree, epochs, nanos::get);

    @BeforeEach
    void create() throws IOException {
        tree = new Tree(root, FileAccess.OWNER);
        tree.create();
        epochs = new Epochs(tree.epochs(), FileAccess.OWNER);
        candidates = new Candidates(tree, epochs, nanos::get);
    }

    @Test
    void what_was_listed_is_kept_while_the_times_are_the_same() throws IOException {
        publish(CachePolicy.TEMPORARY, 1);
        assertThat(candidates.of(HASH).unchanged()).isFalse();
        settle();
        assertThat(found()).containsExactly(1L);
        assertThat(candidates.of(HASH).unchanged()).isTrue();

        publish(CachePolicy.TEMPORARY, 2);
        // As if nothing had happened: this is what tells that nothing is listed.
        setTimes(LONG_AGO);
        assertThat(found()).containsExactly(1L);
    }

    @Test
    void what_is_added_or_removed_is_seen() throws IOException {
        assertThat(found()).isEmpty();
        settle();
        publish(CachePolicy.TEMPORARY, 1);
        assertThat(found()).containsExactly(1L);
        settle();
        publish(CachePolicy.STICKY, 2);
        assertThat(found()).containsExactly(2L);
        settle();
        Files.createFile(tree.keyFolder(CachePolicy.STICKY, HASH).resolve(id(2) + Listing.RETRACTED));
        assertThat(found()).isEmpty();
        settle();
        publish(CachePolicy.TEMPORARY, 3);
        assertThat(found()).containsExactly(3L);
        settle();
        epochs.raise();
        assertThat(found()).isEmpty();
    }

    @Test
    void a_change_that_the_times_do_not_show_is_seen_until_they_have_settled() throws IOException {
        publish(CachePolicy.TEMPORARY, 1);
        setTimes(LONG_AGO);
        assertThat(found()).containsExactly(1L);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        publish(CachePolicy.TEMPORARY, 2);
        setTimes(LONG_AGO);
        assertThat(found()).containsExactly(2L);
    }

    private List<Long> found() throws IOException {
        return candidates.of(HASH).manifests().stream()
                .map(entry -> entry.submission().equals(id(1))
                        ? 1L
                        : entry.submission().equals(id(2)) ? 2L : 3L)
                .toList();
    }

    /** Lets so much time pass that what is listed then is kept, and has it listed. */
    private void settle() throws IOException {
        setTimes(LONG_AGO);
        candidates.of(HASH);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        candidates.of(HASH);
    }

    private void setTimes(FileTime time) throws IOException {
        for (CachePolicy area : CachePolicy.values()) {
            Path folder = tree.keyFolder(area, HASH);
            if (Files.exists(folder)) {
                Files.setLastModifiedTime(folder, time);
            }
        }
    }

    private void publish(CachePolicy area, long number) throws IOException {
        Path folder = Files.createDirectories(tree.keyFolder(area, HASH));
        Files.createFile(new Entry(area, folder, id(number), DataEpoch.FIRST).path());
    }

    private static SubmissionId id(long number) {
        return new SubmissionId(number, 1);
    }
}
