package org.armlib.tck;

import static org.armlib.tck.CacheSamples.KEY;
import static org.armlib.tck.CacheSamples.assertNothingVisible;
import static org.armlib.tck.CacheSamples.begin;
import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.noise;
import static org.armlib.tck.CacheSamples.publish;
import static org.armlib.tck.CacheSamples.read;
import static org.armlib.tck.CacheSamples.sticky;
import static org.armlib.tck.CacheSamples.temporary;
import static org.armlib.tck.CacheSamples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleEpochException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.Test;

/** Rebuilt data, and the epochs between them (C07). */
public interface CacheRebuildContract extends CacheMaker {

    @Test
    default void C07_a_rebuild_raises_the_epoch_by_one_for_every_instance() {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            CacheManager other = fixture.open();
            assertThat(cache.epoch()).isEqualTo(DataEpoch.FIRST);

            cache.purge(Purge.REBUILD);
            assertThat(other.epoch()).isEqualTo(new DataEpoch(1));

            other.purge(Purge.REBUILD);
            assertThat(cache.epoch()).isEqualTo(new DataEpoch(2));
        }
    }

    @Test
    default void C07_rebuilds_at_once_raise_the_epoch_by_one_each() throws InterruptedException {
        try (CacheFixture fixture = newCache()) {
            List<CacheManager> instances =
                    Stream.generate(fixture::open).limit(4).toList();

            Race.run(4, i -> () -> {
                for (int n = 0; n < 10; n++) {
                    instances.get(i).purge(Purge.REBUILD);
                }
                return i;
            });

            assertThat(instances).allSatisfy(cache -> assertThat(cache.epoch()).isEqualTo(new DataEpoch(40)));
        }
    }

    @Test
    default void C07_after_a_rebuild_no_older_result_is_found_by_any_instance() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            CacheManager other = fixture.open();
            publish(cache, leased(sticky("a")), noise(1, 1_000));
            publish(cache, leased(temporary("b")), noise(2, 1_000));
            assertThat(other.find(KEY)).isPresent();

            Cleared cleared = cache.purge(Purge.REBUILD);

            assertThat(cleared.items()).isEqualTo(2);
            assertThat(cleared.bytes()).isGreaterThanOrEqualTo(2_000);
            for (CacheManager instance : List.of(cache, other, fixture.open())) {
                assertNothingVisible(instance, KEY);
                assertNothingVisible(instance, new RequestKey("b"));
            }
        }
    }

    @Test
    default void C07_a_result_begun_before_a_rebuild_is_refused() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            try (ResultWriter writer = begin(cache, leased(sticky("a")), noise(1, 300_000))) {

                fixture.open().purge(Purge.REBUILD);

                assertThatThrownBy(writer::commit)
                        .isInstanceOfSatisfying(
                                StaleEpochException.class,
                                e -> assertThat(e.key()).contains(KEY));
            }
            assertNothingVisible(cache, KEY);
            assertThat(publish(cache, leased(sticky("a")), text("new data")).epoch())
                    .isEqualTo(new DataEpoch(1));
            assertThat(read(cache, KEY)).isEqualTo(text("new data"));
        }
    }

    @Test
    default void C07_a_refused_result_leaves_nothing_behind() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            try (ResultWriter writer = begin(cache, leased(temporary("a")), noise(1, 300_000))) {
                cache.purge(Purge.REBUILD);
                assertThatThrownBy(writer::commit).isInstanceOf(StaleEpochException.class);
            }

            fixture.advance(Duration.ofDays(30));
            assertThat(cache.sweep(Duration.ofDays(1))).isEqualTo(Cleared.NOTHING);
        }
    }

    @Test
    default void C07_a_rebuild_among_commits_leaves_no_older_result() throws IOException, InterruptedException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            CacheManager rebuilder = fixture.open();
            for (int round = 0; round < RaceSize.of(60); round++) {
                RequestKey key = new RequestKey("r-" + round);
                try (ResultWriter writer = begin(cache, leased(temporary(key)), text("content"))) {

                    List<Boolean> published = Race.<Boolean>run(List.of(
                            () -> {
                                rebuilder.purge(Purge.REBUILD);
                                return false;
                            },
                            () -> isPublished(writer)));

                    assertThat(published).startsWith(false);
                    assertNothingVisible(cache, key);
                }
            }
        }
    }

    private static boolean isPublished(ResultWriter writer) {
        try {
            return writer.commit() instanceof Commit.Published;
        } catch (StaleEpochException rebuilt) {
            return false;
        }
    }
}
