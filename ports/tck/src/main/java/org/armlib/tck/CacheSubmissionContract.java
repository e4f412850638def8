package org.armlib.tck;

import static org.armlib.tck.CacheSamples.CSV;
import static org.armlib.tck.CacheSamples.KEY;
import static org.armlib.tck.CacheSamples.assertNothingVisible;
import static org.armlib.tck.CacheSamples.begin;
import static org.armlib.tck.CacheSamples.commit;
import static org.armlib.tck.CacheSamples.found;
import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.listed;
import static org.armlib.tck.CacheSamples.noise;
import static org.armlib.tck.CacheSamples.publish;
import static org.armlib.tck.CacheSamples.read;
import static org.armlib.tck.CacheSamples.sha256;
import static org.armlib.tck.CacheSamples.sticky;
import static org.armlib.tck.CacheSamples.submission;
import static org.armlib.tck.CacheSamples.temporary;
import static org.armlib.tck.CacheSamples.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.FormatName;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.Test;

/** Submissions, their attempts, and their order (C04). */
public interface CacheSubmissionContract extends CacheMaker {

    @Test
    default void C04_the_first_commit_of_a_submission_wins() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            CacheManager other = fixture.open();
            try (ResultWriter slow = begin(cache, leased(temporary("a"), submission(1), 1), text("attempt 1"));
                    ResultWriter fast = begin(other, leased(temporary("a"), submission(1), 2), text("attempt 2"))) {

                assertThat(fast.commit()).isInstanceOf(Commit.Published.class);
                assertThat(slow.commit()).isEqualTo(new Commit.Discarded(Commit.Reason.ALREADY_PUBLISHED));
            }

            assertThat(read(cache, KEY)).isEqualTo(text("attempt 2"));
            assertThat(found(other, KEY).manifest().attempt()).isEqualTo(2);
        }
    }

    @Test
    default void C04_a_discarded_result_leaves_nothing_behind() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a"), submission(1), 1), text("attempt 1"));

            commit(cache, leased(temporary("a"), submission(1), 2), noise(1, 300_000));

            fixture.advance(Duration.ofDays(30));
            assertThat(cache.sweep(Duration.ofDays(1))).isEqualTo(Cleared.NOTHING);
            assertThat(read(cache, KEY)).isEqualTo(text("attempt 1"));
        }
    }

    @Test
    default void C04_of_many_commits_of_a_submission_at_once_one_wins() throws IOException, InterruptedException {
        try (CacheFixture fixture = newCache()) {
            List<CacheManager> instances = List.of(fixture.open(), fixture.open(), fixture.open());
            for (int round = 0; round < RaceSize.of(30); round++) {
                RequestKey key = new RequestKey("r-" + round);

                List<Commit> commits = Race.run(
                        6,
                        i -> () -> commit(
                                instances.get(i % instances.size()),
                                leased(temporary(key), submission(1), i + 1),
                                noise(i, 10_000)));

                assertThat(commits)
                        .filteredOn(Commit.Published.class::isInstance)
                        .hasSize(1);
                assertThat(commits)
                        .filteredOn(commit -> commit.equals(new Commit.Discarded(Commit.Reason.ALREADY_PUBLISHED)))
                        .hasSize(5);
                CachedResult result = found(instances.get(0), key);
                assertThat(commits).contains(new Commit.Published(result.manifest()));
                assertThat(read(result)).isEqualTo(noise(result.manifest().attempt() - 1, 10_000));
            }
        }
    }

    @Test
    default void C04_a_later_submission_takes_the_place_of_an_earlier_one() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a"), submission(1)), text("old"));
            try (ResultWriter writer = fixture.open().write(leased(temporary("a"), submission(2)))) {
                try (OutputStream out = writer.format("xlsx", "application/octet-stream")) {
                    out.write(text("new"));
                }
                assertThat(writer.commit()).isInstanceOf(Commit.Published.class);
            }

            CachedResult result = found(cache, KEY);

            assertThat(result.manifest().submission()).isEqualTo(submission(2));
            assertThat(result.manifest().formats().stream().map(StoredFormat::name))
                    .containsExactly(new FormatName("xlsx"));
            assertThat(listed(cache, CachePolicy.TEMPORARY)).containsExactly(KEY);
        }
    }

    @Test
    default void C04_a_straggler_of_an_earlier_submission_does_not_replace_a_later_one() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            try (ResultWriter straggler = begin(cache, leased(temporary("a"), submission(1)), text("old"))) {
                publish(fixture.open(), leased(temporary("a"), submission(2)), text("new"));

                assertThat(straggler.commit()).isEqualTo(new Commit.Discarded(Commit.Reason.SUPERSEDED));
            }

            assertThat(read(cache, KEY)).isEqualTo(text("new"));
        }
    }

    @Test
    default void C04_a_result_changes_its_area_with_its_submission() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(sticky("a"), submission(1)), text("old"));
            publish(cache, leased(temporary("a"), submission(2)), text("new"));

            assertThat(read(cache, KEY)).isEqualTo(text("new"));
            assertThat(listed(cache, CachePolicy.TEMPORARY)).containsExactly(KEY);
            assertThat(listed(cache, CachePolicy.STICKY)).isEmpty();
        }
    }

    @Test
    default void C04_an_earlier_result_does_not_come_back_when_the_later_one_is_purged() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(sticky("a"), submission(1)), text("old"));
            publish(cache, leased(temporary("a"), submission(2)), text("new"));

            cache.purge(Purge.ROUTINE);

            assertNothingVisible(cache, KEY);
            assertNothingVisible(fixture.open(), KEY);
        }
    }

    @Test
    default void C04_a_retracted_result_is_not_found() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(sticky("a"), submission(1)), text("old"));
            publish(cache, leased(temporary("b"), submission(1)), text("other"));

            fixture.open().retract(KEY, submission(1));

            assertNothingVisible(cache, KEY);
            assertThat(read(cache, new RequestKey("b"))).isEqualTo(text("other"));
        }
    }

    @Test
    default void C04_a_straggler_of_an_earlier_submission_cannot_bring_its_result_back() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            LeasedRequest first = leased(temporary("a"), submission(1), 2);
            publish(cache, leased(temporary("a"), submission(1), 1), text("old"));
            try (ResultWriter straggler = begin(cache, first, text("old again"))) {
                fixture.open().retract(KEY, submission(1));

                assertThat(straggler.commit()).isEqualTo(new Commit.Discarded(Commit.Reason.SUPERSEDED));
            }
            assertThat(commit(fixture.open(), first, text("old once more")))
                    .isEqualTo(new Commit.Discarded(Commit.Reason.SUPERSEDED));

            assertNothingVisible(cache, KEY);
            publish(cache, leased(temporary("a"), submission(2)), text("new"));
            assertThat(read(cache, KEY)).isEqualTo(text("new"));
        }
    }

    @Test
    default void C04_a_retraction_holds_for_what_was_never_published_and_for_earlier_ones() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();

            cache.retract(KEY, submission(5));
            cache.retract(KEY, submission(2));

            for (int earlier : new int[] {1, 2, 3, 5}) {
                assertThat(commit(cache, leased(temporary("a"), submission(earlier)), text("old")))
                        .as("submission %s", earlier)
                        .isEqualTo(new Commit.Discarded(Commit.Reason.SUPERSEDED));
            }
            assertNothingVisible(cache, KEY);
            publish(cache, leased(temporary("a"), submission(6)), text("new"));
        }
    }

    @Test
    default void C04_a_retraction_does_not_concern_later_submissions() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a"), submission(2)), text("new"));

            cache.retract(KEY, submission(1));

            assertThat(read(fixture.open(), KEY)).isEqualTo(text("new"));
        }
    }

    @Test
    default void C04_a_retraction_outlives_purges_and_sweeps_of_what_is_older() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a"), submission(1)), text("old"));
            fixture.advance(Duration.ofDays(3));
            cache.retract(KEY, submission(1));

            cache.purge(Purge.ROUTINE);
            cache.sweep(Duration.ofDays(1));

            assertThat(commit(cache, leased(temporary("a"), submission(1), 2), text("old again")))
                    .isEqualTo(new Commit.Discarded(Commit.Reason.SUPERSEDED));
        }
    }

    @Test
    default void C04_a_submission_run_again_on_rebuilt_data_publishes() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a"), submission(1), 1), text("old data"));
            cache.purge(Purge.REBUILD);

            publish(cache, leased(temporary("a"), submission(1), 2), text("new data"));

            assertThat(read(fixture.open(), KEY)).isEqualTo(text("new data"));
        }
    }

    @Test
    default void C04_readers_see_one_whole_result_after_the_other_and_no_gap()
            throws IOException, InterruptedException {
        int last = RaceSize.of(60);
        try (CacheFixture fixture = newCache()) {
            CacheManager writer = fixture.open();
            CacheManager reader = fixture.open();
            publish(writer, leased(temporary("a"), submission(1)), noise(1, 1_000));
            AtomicBoolean done = new AtomicBoolean();

            List<Integer> counts = Race.<Integer>run(List.of(
                    () -> {
                        try {
                            for (int i = 2; i <= last; i++) {
                                publish(writer, leased(temporary("a"), submission(i)), noise(i, i * 1_000));
                            }
                            return last;
                        } finally {
                            done.set(true);
                        }
                    },
                    () -> readUntil(done, reader),
                    () -> readUntil(done, reader)));

            assertThat(counts).allMatch(count -> count > 0);
            assertThat(read(reader, KEY)).isEqualTo(noise(last, last * 1_000));
        }
    }

    /** Reads the result again and again: it is always there, and its content is what its manifest says. */
    private static int readUntil(AtomicBoolean done, CacheManager cache) throws IOException {
        int reads = 0;
        do {
            CachedResult result = found(cache, KEY);
            StoredFormat csv = result.manifest().format(CSV).orElseThrow();
            Optional<InputStream> content = result.open(CSV);
            if (content.isPresent()) {
                try (InputStream in = content.get()) {
                    assertThat(sha256(in.readAllBytes())).isEqualTo(csv.sha256());
                }
            }
            reads++;
        } while (!done.get());
        return reads;
    }
}
