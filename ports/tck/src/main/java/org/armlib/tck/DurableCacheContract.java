package org.armlib.tck;

import static org.armlib.tck.CacheSamples.KEY;
import static org.armlib.tck.CacheSamples.assertNothingVisible;
import static org.armlib.tck.CacheSamples.begin;
import static org.armlib.tck.CacheSamples.commit;
import static org.armlib.tck.CacheSamples.found;
import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.listAll;
import static org.armlib.tck.CacheSamples.noise;
import static org.armlib.tck.CacheSamples.publish;
import static org.armlib.tck.CacheSamples.read;
import static org.armlib.tck.CacheSamples.sticky;
import static org.armlib.tck.CacheSamples.submission;
import static org.armlib.tck.CacheSamples.temporary;
import static org.armlib.tck.CacheSamples.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Commit;
import org.junit.jupiter.api.Test;

/** The rules of a cache that outlives the processes that use it (C10). */
public interface DurableCacheContract extends CacheContract {

    /** A new result store, empty. */
    @Override
    DurableCacheFixture newCache();

    @Test
    default void C10_results_survive_a_restart() throws IOException {
        try (DurableCacheFixture fixture = newCache()) {
            Manifest temporary;
            Manifest sticky;
            try (CacheManager cache = fixture.open()) {
                temporary = publish(cache, leased(temporary("t")), noise(1, 300_000));
                sticky = publish(cache, leased(sticky("s")), noise(2, 300_000));
            }

            try (CacheManager cache = fixture.open()) {
                assertThat(found(cache, temporary.key()).manifest()).isEqualTo(temporary);
                assertThat(found(cache, sticky.key()).manifest()).isEqualTo(sticky);
                assertThat(read(cache, sticky.key())).isEqualTo(noise(2, 300_000));
                assertThat(listAll(cache, CachePolicy.STICKY, 10)).containsExactly(sticky);
            }
        }
    }

    @Test
    default void C10_epoch_and_retractions_survive_a_restart() throws IOException {
        try (DurableCacheFixture fixture = newCache()) {
            try (CacheManager cache = fixture.open()) {
                cache.purge(Purge.REBUILD);
                cache.retract(KEY, submission(3));
            }

            try (CacheManager cache = fixture.open()) {
                assertThat(cache.epoch()).isEqualTo(new DataEpoch(1));
                assertThat(commit(cache, leased(temporary("a"), submission(3)), text("old")))
                        .isEqualTo(new Commit.Discarded(Commit.Reason.SUPERSEDED));
            }
        }
    }

    @Test
    default void C10_a_result_once_published_survives_the_death_of_the_process()
            throws IOException, InterruptedException {
        try (DurableCacheFixture fixture = newCache();
                ChildJvm child = CacheChild.start(fixture, CacheChild.Work.PUBLISH)) {
            child.awaitLines(10);
            child.kill();

            CacheManager cache = fixture.open();
            for (String key : child.lines()) {
                found(cache, new RequestKey(key)).verify();
            }
            for (Manifest listed : listAll(cache, CachePolicy.TEMPORARY, 10)) {
                assertThat(listed.length()).isEqualTo(CacheChild.LENGTH);
                found(cache, listed.key()).verify();
            }
        }
    }

    @Test
    default void C09_what_a_dead_process_left_is_invisible_and_swept() throws IOException, InterruptedException {
        try (DurableCacheFixture fixture = newCache()) {
            try (ChildJvm child = CacheChild.start(fixture, CacheChild.Work.BEGIN)) {
                child.awaitLines(1);
                child.kill();
            }
            CacheManager cache = fixture.open();
            assertNothingVisible(cache, KEY);

            fixture.advance(Duration.ofDays(2));
            assertThat(cache.sweep(Duration.ofDays(1)).items()).isPositive();

            try (var writer = begin(cache, leased(temporary("a"), submission(1), 2), text("whole"))) {
                assertThat(writer.commit()).isInstanceOf(Commit.Published.class);
            }
            assertThat(read(cache, KEY)).isEqualTo(text("whole"));
        }
    }
}
