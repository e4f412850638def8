package org.armlib.tck;

import static org.armlib.tck.CacheSamples.KEY;
import static org.armlib.tck.CacheSamples.assertNothingVisible;
import static org.armlib.tck.CacheSamples.commit;
import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.listed;
import static org.armlib.tck.CacheSamples.publish;
import static org.armlib.tck.CacheSamples.read;
import static org.armlib.tck.CacheSamples.sticky;
import static org.armlib.tck.CacheSamples.submission;
import static org.armlib.tck.CacheSamples.temporary;
import static org.armlib.tck.CacheSamples.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Commit;
import org.junit.jupiter.api.Test;

/** The age of results (C05), and clocks that are wrong (Q11). */
public interface CacheClockContract extends CacheMaker {
    /** Younger results stay. */
    Duration MIN_AGE = Duration.ofHours(1);

    /** How far the clock of one server is ahead. */
    Duration AHEAD = Duration.ofDays(300);

    @Test
    default void C05_a_purge_leaves_results_that_are_younger_than_the_minimum_age() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("old")), text("old"));
            publish(cache, leased(sticky("sticky")), text("sticky"));
            fixture.advance(Duration.ofHours(2));
            publish(cache, leased(temporary("young")), text("young"));

            assertThat(fixture.open().purgeTemporary(MIN_AGE).items()).isEqualTo(1);

            for (CacheManager instance : List.of(cache, fixture.open())) {
                assertNothingVisible(instance, new RequestKey("old"));
                assertThat(read(instance, new RequestKey("young"))).isEqualTo(text("young"));
                assertThat(read(instance, new RequestKey("sticky"))).isEqualTo(text("sticky"));
                assertThat(listed(instance, CachePolicy.TEMPORARY)).containsExactly(new RequestKey("young"));
            }
        }
    }

    @Test
    default void C05_a_result_that_several_purges_left_is_cleared_when_it_is_old() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a")), text("content"));
            cache.purgeTemporary(MIN_AGE);
            fixture.open().purgeTemporary(MIN_AGE);
            cache.sweep(Duration.ofDays(1));
            assertThat(read(cache, KEY)).isEqualTo(text("content"));

            fixture.advance(Duration.ofHours(2));

            assertThat(read(cache, KEY)).as("before the next purge").isEqualTo(text("content"));
            assertThat(cache.purgeTemporary(MIN_AGE).items()).isEqualTo(1);
            assertNothingVisible(fixture.open(), KEY);
        }
    }

    @Test
    default void C05_a_purge_without_a_minimum_age_clears_young_results_for_good() throws IOException {
        for (boolean explicit : new boolean[] {true, false}) {
            try (CacheFixture fixture = newCache()) {
                CacheManager cache = fixture.open();
                publish(cache, leased(temporary("a")), text("content"));
                cache.purgeTemporary(MIN_AGE);

                if (explicit) {
                    cache.purge(Purge.ROUTINE);
                } else {
                    cache.purgeTemporary(Duration.ZERO);
                }

                assertNothingVisible(fixture.open(), KEY);
                cache.purgeTemporary(MIN_AGE);
                assertNothingVisible(cache, KEY);
            }
        }
    }

    @Test
    default void C05_every_instance_knows_how_long_ago_the_last_purge_was() {
        try (CacheFixture fixture = newCache()) {
            for (Purge purge : Purge.values()) {
                fixture.open().purge(purge);
                assertThat(fixture.open().sincePurge())
                        .hasValueSatisfying(since -> assertThat(since).isLessThan(Duration.ofHours(1)));

                fixture.advance(Duration.ofHours(3));
                assertThat(fixture.open().sincePurge())
                        .hasValueSatisfying(
                                since -> assertThat(since).isBetween(Duration.ofHours(2), Duration.ofHours(4)));
            }
            fixture.open().purgeTemporary(MIN_AGE);
            assertThat(fixture.open().sincePurge())
                    .hasValueSatisfying(since -> assertThat(since).isLessThan(Duration.ofHours(1)));
        }
    }

    @Test
    default void C04_the_latest_retraction_of_a_key_is_told() {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            assertThat(cache.retracted(KEY)).isEmpty();

            cache.retract(KEY, submission(5));
            cache.retract(KEY, submission(2));

            assertThat(fixture.open().retracted(KEY)).contains(submission(5));
            assertThat(cache.retracted(new RequestKey("b"))).isEmpty();
        }
    }

    @Test
    default void Q11_a_result_published_by_a_clock_that_was_ahead_is_cleared_as_others_are() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(fixture.openAhead(AHEAD), leased(temporary("a")), text("content"));
            fixture.putClocksRight(AHEAD);

            fixture.advance(Duration.ofHours(2));
            cache.purgeTemporary(MIN_AGE);

            assertNothingVisible(cache, KEY);
        }
    }

    @Test
    default void Q11_the_note_of_a_retraction_by_a_clock_that_was_ahead_is_swept() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            fixture.openAhead(AHEAD).retract(KEY, submission(7));
            fixture.putClocksRight(AHEAD);

            cache.sweep(Duration.ofDays(1));
            assertThat(commit(cache, leased(temporary("a"), submission(6)), text("old")))
                    .as("while the note is young")
                    .isEqualTo(new Commit.Discarded(Commit.Reason.SUPERSEDED));
            fixture.advance(Duration.ofDays(2));
            cache.sweep(Duration.ofDays(1));

            assertThat(cache.retracted(KEY)).isEmpty();
        }
    }

    @Test
    default void Q11_a_rebuild_by_a_clock_that_was_ahead_is_one_as_any() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(sticky("a")), text("old data"));
            fixture.openAhead(AHEAD).purge(Purge.REBUILD);
            fixture.putClocksRight(AHEAD);

            assertNothingVisible(cache, KEY);
            publish(cache, leased(temporary("a")), text("new data"));
            assertThat(cache.epoch()).isEqualTo(new DataEpoch(1));
            cache.purgeTemporary(MIN_AGE);

            assertThat(read(cache, KEY)).isEqualTo(text("new data"));
            cache.purge(Purge.REBUILD);
            assertThat(cache.epoch()).isEqualTo(new DataEpoch(2));
            assertNothingVisible(cache, KEY);
        }
    }
}
