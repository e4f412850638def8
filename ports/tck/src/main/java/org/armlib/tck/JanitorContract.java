package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.armlib.application.CacheJanitor;
import org.armlib.application.JanitorOptions;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Phase;
import org.junit.jupiter.api.Test;

/** What is cleared up behind the requests, over a pair of adapters. */
public interface JanitorContract extends ApplicationPair {

    @Test
    default void J_the_temporary_area_is_cleared_at_its_time_of_day_and_the_persistent_one_is_not() {
        try (var house = new ApplicationHouse(this)) {
            MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
            try (var janitor = janitor(house, clock, LocalTime.of(2, 0), "Europe/London")) {
                BatchRequest adHoc = BatchRequest.of("/ad-hoc").build();
                BatchRequest predefined =
                        BatchRequest.of("/predefined").sticky().build();
                house.complete(adHoc, "ad hoc");
                house.complete(predefined, "predefined");

                clock.advance(Duration.ofHours(14).minusSeconds(1));
                janitor.look();
                assertThat(house.read(adHoc.key())).isEqualTo("ad hoc");

                clock.advance(Duration.ofSeconds(1));
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
                BatchRequest request = BatchRequest.of("/report").build();
                house.complete(request, "before");
                clock.advance(Duration.ofMinutes(31));
                janitor.look();
                assertThat(house.manager.result(request.key())).isEmpty();

                house.manager.submit(request);
                house.runOne("after");
                clock.advance(Duration.ofHours(20));
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

    private static CacheJanitor janitor(ApplicationHouse house, MutableClock clock, LocalTime time, String zone) {
        JanitorOptions options = new JanitorOptions(time, ZoneId.of(zone), Duration.ofDays(1), Duration.ofDays(7));
        return new CacheJanitor(house.queue, house.cache, options, clock);
    }
}
