package org.armlib.tck;

import static org.armlib.tck.CacheSamples.KEY;
import static org.armlib.tck.CacheSamples.assertNothingVisible;
import static org.armlib.tck.CacheSamples.begin;
import static org.armlib.tck.CacheSamples.found;
import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.listed;
import static org.armlib.tck.CacheSamples.noise;
import static org.armlib.tck.CacheSamples.open;
import static org.armlib.tck.CacheSamples.publish;
import static org.armlib.tck.CacheSamples.read;
import static org.armlib.tck.CacheSamples.sticky;
import static org.armlib.tck.CacheSamples.submission;
import static org.armlib.tck.CacheSamples.temporary;
import static org.armlib.tck.CacheSamples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.Test;

/** The two areas (C05), promotion (C06) and the sweeping of orphans (C09). */
public interface CacheClearingContract extends CacheMaker {

    @Test
    default void C05_a_routine_purge_clears_temporary_results_alone() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            for (int i = 0; i < 5; i++) {
                publish(cache, leased(temporary("t-" + i)), noise(i, 1_000));
                publish(cache, leased(sticky("s-" + i)), noise(i, 1_000));
            }

            Cleared cleared = fixture.open().purge(Purge.ROUTINE);

            assertThat(cleared.items()).isEqualTo(5);
            assertThat(cleared.bytes()).isGreaterThanOrEqualTo(5_000);
            assertThat(cache.epoch()).isEqualTo(DataEpoch.FIRST);
            assertThat(listed(cache, CachePolicy.TEMPORARY)).isEmpty();
            for (int i = 0; i < 5; i++) {
                assertNothingVisible(cache, new RequestKey("t-" + i));
                assertThat(read(cache, new RequestKey("s-" + i))).isEqualTo(noise(i, 1_000));
            }
            assertThat(cache.purge(Purge.ROUTINE)).isEqualTo(Cleared.NOTHING);
        }
    }

    @Test
    default void C05_a_cleared_key_can_be_published_again() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a"), submission(1)), text("old"));
            cache.purge(Purge.ROUTINE);

            publish(cache, leased(temporary("a"), submission(2)), text("new"));

            assertThat(read(cache, KEY)).isEqualTo(text("new"));
        }
    }

    @Test
    default void C05_a_reader_that_has_begun_reads_to_the_end() throws IOException {
        byte[] content = noise(1, 5_000_000);
        for (Purge purge : Purge.values()) {
            try (CacheFixture fixture = newCache()) {
                CacheManager cache = fixture.open();
                publish(cache, leased(temporary("a")), content);
                try (InputStream in = open(found(cache, KEY))) {
                    byte[] head = in.readNBytes(10);

                    fixture.open().purge(purge);
                    cache.sweep(Duration.ofDays(1));

                    assertThat(head).isEqualTo(Arrays.copyOf(content, 10));
                    assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 10, content.length));
                }
                assertNothingVisible(cache, KEY);
            }
        }
    }

    @Test
    default void C05_a_reader_that_has_begun_reads_to_the_end_whatever_replaces_its_result() throws IOException {
        byte[] content = noise(1, 5_000_000);
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a"), submission(1)), content);
            try (InputStream in = open(found(cache, KEY))) {
                int first = in.read();

                cache.promote(KEY);
                publish(cache, leased(temporary("a"), submission(2)), text("new"));
                cache.retract(KEY, submission(2));

                assertThat((byte) first).isEqualTo(content[0]);
                assertThat(in.readAllBytes()).hasSize(content.length - 1);
            }
        }
    }

    @Test
    default void C05_a_routine_purge_does_not_disturb_writers() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            for (CachePolicy policy : CachePolicy.values()) {
                RequestKey key = new RequestKey(policy.name());
                try (ResultWriter writer = cache.write(leased(temporary(key).withCachePolicy(policy)))) {
                    try (OutputStream out = writer.format("csv", "text/csv")) {
                        out.write(noise(1, 300_000));

                        fixture.open().purge(Purge.ROUTINE);

                        out.write(noise(2, 300_000));
                    }
                    cache.purge(Purge.ROUTINE);
                    assertThat(writer.commit()).isInstanceOf(Commit.Published.class);
                }
                found(cache, key).verify();
            }
        }
    }

    @Test
    default void C05_purges_among_writers_and_readers_break_neither() throws IOException, InterruptedException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            CacheManager janitor = fixture.open();
            publish(cache, leased(sticky("sticky")), noise(0, 50_000));
            AtomicBoolean done = new AtomicBoolean();

            Race.run(List.of(
                    () -> {
                        try {
                            for (int i = 1; i <= RaceSize.of(60); i++) {
                                publish(cache, leased(temporary("t-" + i), submission(i)), noise(i, 20_000));
                            }
                            return 0;
                        } finally {
                            done.set(true);
                        }
                    },
                    () -> {
                        while (!done.get()) {
                            janitor.purge(Purge.ROUTINE);
                        }
                        return 0;
                    },
                    () -> {
                        while (!done.get()) {
                            assertThat(read(janitor, new RequestKey("sticky"))).isEqualTo(noise(0, 50_000));
                        }
                        return 0;
                    }));

            janitor.purge(Purge.ROUTINE);
            assertThat(listed(cache, CachePolicy.TEMPORARY)).isEmpty();
            fixture.advance(Duration.ofDays(30));
            assertThat(cache.sweep(Duration.ofDays(1)))
                    .as("what purges left behind")
                    .isEqualTo(Cleared.NOTHING);
        }
    }

    @Test
    default void C06_a_promoted_result_survives_a_routine_purge() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            Manifest before = publish(cache, leased(temporary("a")), noise(1, 300_000));

            assertThat(fixture.open().promote(KEY)).isTrue();
            cache.purge(Purge.ROUTINE);

            assertThat(found(cache, KEY).manifest()).isEqualTo(before.withCachePolicy(CachePolicy.STICKY));
            assertThat(read(cache, KEY)).isEqualTo(noise(1, 300_000));
            found(cache, KEY).verify();
            assertThat(listed(cache, CachePolicy.STICKY)).containsExactly(KEY);
            assertThat(listed(cache, CachePolicy.TEMPORARY)).isEmpty();
        }
    }

    @Test
    default void C06_promoting_twice_is_once() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(sticky("a")), text("content"));

            assertThat(cache.promote(KEY)).isTrue();
            assertThat(cache.promote(KEY)).isTrue();

            assertThat(read(cache, KEY)).isEqualTo(text("content"));
            assertThat(listed(cache, CachePolicy.STICKY)).containsExactly(KEY);
        }
    }

    @Test
    default void C06_a_promoted_result_is_still_the_first_of_its_submission() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a"), submission(1), 1), text("attempt 1"));
            cache.promote(KEY);

            assertThat(CacheSamples.commit(cache, leased(temporary("a"), submission(1), 2), text("attempt 2")))
                    .isEqualTo(new Commit.Discarded(Commit.Reason.ALREADY_PUBLISHED));
            cache.retract(KEY, submission(1));
            assertNothingVisible(cache, KEY);
        }
    }

    @Test
    default void C06_a_promoted_result_does_not_survive_a_rebuild() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a")), text("content"));
            cache.promote(KEY);

            cache.purge(Purge.REBUILD);

            assertThat(cache.promote(KEY)).isFalse();
            assertNothingVisible(cache, KEY);
        }
    }

    @Test
    default void C06_what_was_promoted_is_there_whatever_was_purged_at_the_same_time()
            throws IOException, InterruptedException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            CacheManager janitor = fixture.open();
            for (int round = 0; round < RaceSize.of(60); round++) {
                RequestKey key = new RequestKey("r-" + round);
                publish(cache, leased(temporary(key)), text("content"));

                List<Boolean> answers = Race.<Boolean>run(List.of(
                        () -> cache.promote(key),
                        () -> janitor.purge(Purge.ROUTINE).items() <= 1));

                assertThat(answers.get(1)).isTrue();
                assertThat(cache.find(key).isPresent()).as("promoted: there").isEqualTo(answers.get(0));
                if (answers.get(0)) {
                    found(cache, key).verify();
                }
            }
        }
    }

    @Test
    default void C09_the_parts_of_an_abandoned_writer_are_swept_when_they_are_old() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("published")), noise(1, 300_000));
            publish(cache, leased(sticky("sticky")), noise(2, 300_000));
            ResultWriter abandoned = begin(cache, leased(temporary("a")), noise(3, 300_000));

            fixture.advance(Duration.ofHours(1));
            assertThat(cache.sweep(Duration.ofDays(1))).as("while it is young").isEqualTo(Cleared.NOTHING);

            fixture.advance(Duration.ofDays(2));
            Cleared cleared = fixture.open().sweep(Duration.ofDays(1));

            assertThat(cleared.items()).isPositive();
            assertThat(cleared.bytes()).isPositive();
            assertThat(cache.sweep(Duration.ofDays(1))).as("the second time").isEqualTo(Cleared.NOTHING);
            assertThatThrownBy(abandoned::commit).isInstanceOf(CacheException.class);
            assertNothingVisible(cache, KEY);
            found(cache, new RequestKey("published")).verify();
            found(cache, new RequestKey("sticky")).verify();
        }
    }

    @Test
    default void C09_a_sweep_does_not_disturb_a_writer_at_work() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            begin(cache, leased(temporary("abandoned")), noise(1, 300_000));
            fixture.advance(Duration.ofDays(2));
            try (ResultWriter writer = begin(cache, leased(temporary("a")), noise(2, 300_000))) {

                fixture.open().sweep(Duration.ofDays(1));

                assertThat(writer.commit()).isInstanceOf(Commit.Published.class);
            }
            assertThat(read(cache, KEY)).isEqualTo(noise(2, 300_000));
        }
    }
}
