package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.armlib.application.CacheJanitor;
import org.armlib.application.JanitorOptions;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Phase;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** What is cleared up behind the requests, over a pair of adapters. */
public interface JanitorContract extends ApplicationPair {

    @Test
    default void J_the_temporary_area_is_cleared_at_its_time_of_day_and_the_persistent_one_is_not() {
        try (var house = new ApplicationHouse(this)) {
            MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
            try (var janitor = janitor(house, clock, LocalTime.of(2, 0), "Europe/London")) {
                janitor.look();
                BatchRequest adHoc = BatchRequest.of("/ad-hoc").build();
                BatchRequest predefined =
                        BatchRequest.of("/predefined").sticky().build();
                house.complete(adHoc, "ad hoc");
                house.complete(predefined, "predefined");

                advance(house, clock, Duration.ofHours(14).minusSeconds(1));
                janitor.look();
                assertThat(house.read(adHoc.key())).isEqualTo("ad hoc");

                advance(house, clock, Duration.ofSeconds(1));
                janitor.look();
                assertThat(house.manager.result(adHoc.key())).isEmpty();
                assertThat(house.read(predefined.key())).isEqualTo("predefined");

                house.manager.submit(adHoc);
                house.runOne("again");
                janitor.look();
                assertThat(house.read(adHoc.key())).isEqualTo("again");
            }
        }
    }

    @Test
    default void J_a_time_of_day_that_the_clock_change_skips_is_kept_once_that_day() {
        try (var house = new ApplicationHouse(this)) {
            // Clocks in Berlin go from 02:00 to 03:00 on 31 March 2024, 01:00 UTC.
            MutableClock clock = MutableClock.at(Instant.parse("2024-03-31T00:59:59Z"));
            try (var janitor = janitor(house, clock, LocalTime.of(2, 30), "Europe/Berlin")) {
                janitor.look();
                BatchRequest request = BatchRequest.of("/report").build();
                house.complete(request, "before");
                advance(house, clock, Duration.ofMinutes(31));
                janitor.look();
                assertThat(house.manager.result(request.key())).isEmpty();

                house.manager.submit(request);
                house.runOne("after");
                advance(house, clock, Duration.ofHours(20));
                janitor.look();
                assertThat(house.read(request.key())).isEqualTo("after");
            }
        }
    }

    @Test
    default void J_old_records_are_pruned_and_their_results_stay() {
        try (var house = new ApplicationHouse(this)) {
            MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
            try (var janitor = janitor(house, clock, LocalTime.of(2, 0), "UTC")) {
                for (int i = 0; i < 20; i++) {
                    house.complete(BatchRequest.of("/report" + i).sticky().build(), "result " + i);
                }
                janitor.look();
                assertThat(house.queue.overview().count(Phase.COMPLETED)).isEqualTo(20);

                house.queueFixture.advance(Duration.ofDays(8));
                janitor.look();
                assertThat(house.queue.overview().count(Phase.COMPLETED)).isZero();
                assertThat(house.read(BatchRequest.of("/report7").build().key()))
                        .isEqualTo("result 7");
            }
        }
    }

    @Test
    default void C05_a_clearing_that_was_missed_is_made_up_at_the_next_start() {
        try (var house = new ApplicationHouse(this)) {
            MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
            try (var janitor = janitor(house, clock, LocalTime.of(2, 0), "UTC")) {
                janitor.look();
            }
            BatchRequest adHoc = BatchRequest.of("/ad-hoc").build();
            BatchRequest predefined = BatchRequest.of("/predefined").sticky().build();
            house.complete(adHoc, "ad hoc");
            house.complete(predefined, "predefined");
            // From noon to 09:00: nobody runs at 02:00.
            advance(house, clock, Duration.ofHours(21));
            BatchRequest young = BatchRequest.of("/young").build();
            house.complete(young, "young");

            try (var janitor = janitor(house, clock, LocalTime.of(2, 0), "UTC")) {
                janitor.look();
            }

            assertThat(house.manager.result(adHoc.key())).isEmpty();
            assertThat(house.read(predefined.key())).isEqualTo("predefined");
            assertThat(house.read(young.key())).isEqualTo("young");
        }
    }

    @Test
    default void C05_a_clearing_that_is_done_is_not_repeated_by_the_next_start() {
        try (var house = new ApplicationHouse(this)) {
            MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T01:30:00Z"));
            try (var janitor = janitor(house, clock, LocalTime.of(2, 0), "UTC")) {
                janitor.look();
                advance(house, clock, Duration.ofHours(1));
                janitor.look();
            }
            BatchRequest request = BatchRequest.of("/report").build();
            house.complete(request, "content");
            advance(house, clock, Duration.ofHours(6));

            try (var janitor = janitor(house, clock, LocalTime.of(2, 0), "UTC")) {
                janitor.look();
            }

            assertThat(house.read(request.key())).isEqualTo("content");
        }
    }

    @Test
    default void Q11_a_clock_that_was_ahead_silences_the_janitor_for_one_period_at_most() {
        Duration ahead = Duration.ofDays(300);
        try (var house = new ApplicationHouse(this)) {
            MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
            try (var janitor = janitor(house, clock, LocalTime.of(2, 0), "UTC")) {
                advance(house, clock, ahead);
                janitor.look();
                advance(house, clock, ahead.negated());
                janitor.look();
                BatchRequest request = BatchRequest.of("/report").build();
                house.complete(request, "content");

                advance(house, clock, Duration.ofDays(1));
                janitor.look();

                assertThat(house.manager.result(request.key())).isEmpty();
            }
        }
    }

    @Test
    default void J_a_chore_that_fails_does_not_stop_the_others() {
        try (var house = new ApplicationHouse(this)) {
            MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
            List<String> calls = new ArrayList<>();
            CacheManager failing = (CacheManager) Proxy.newProxyInstance(
                    CacheManager.class.getClassLoader(), new Class<?>[] {CacheManager.class}, (proxy, method, args) -> {
                        calls.add(method.getName());
                        throw new CacheException("cannot " + method.getName() + ": access denied", true);
                    });
            house.complete(BatchRequest.of("/report").build(), "content");
            house.queueFixture.advance(Duration.ofDays(8));

            try (var janitor = janitor(house.queue, failing, clock, LocalTime.of(2, 0), "UTC")) {
                janitor.look();
            }

            assertThat(calls).contains("sweep");
            assertThat(house.queue.overview().count(Phase.COMPLETED)).isZero();
        }
    }

    private static void advance(ApplicationHouse house, MutableClock clock, Duration time) {
        clock.advance(time);
        house.cacheFixture.advance(time);
    }

    private static CacheJanitor janitor(ApplicationHouse house, MutableClock clock, LocalTime time, String zone) {
        return janitor(house.queue, house.cache, clock, time, zone);
    }

    private static CacheJanitor janitor(
            QueueManager queue, CacheManager cache, MutableClock clock, LocalTime time, String zone) {
        return new CacheJanitor(
                queue,
                cache,
                new JanitorOptions(
                        time, ZoneId.of(zone), Duration.ofMinutes(10), Duration.ofDays(1), Duration.ofDays(7)),
                clock);
    }
}
