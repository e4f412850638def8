package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EtaEstimatorTest {
    private static final Instant NOW = Instant.parse("2024-02-29T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void the_next_request_on_idle_workers_takes_its_own_time() {
        assertThat(after(0, List.of(), 2)).isEqualTo(MINUTE);
    }

    @Test
    void work_ahead_is_shared_by_the_workers() {
        assertThat(after(4, List.of(), 2)).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void the_next_request_waits_for_the_first_worker_to_be_free() {
        assertThat(after(0, List.of(MINUTE, MINUTE.multipliedBy(5)), 2)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void work_ahead_fills_the_workers_that_are_free_first() {
        // 5 minutes of work over workers free after 1 and 4 minutes: the level is 5.
        assertThat(after(5, List.of(MINUTE, MINUTE.multipliedBy(4)), 2)).isEqualTo(Duration.ofMinutes(6));
    }

    @Test
    void no_live_worker_counts_as_one_to_come() {
        assertThat(after(1, List.of(), 0)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void the_ninetieth_percentile_is_later_and_spreads_less_than_the_sum_of_its_parts() {
        Eta one = EtaEstimator.waiting(NOW, 0, MINUTE, MINUTE, List.of(), 1);
        Eta hundred = EtaEstimator.waiting(NOW, 100, MINUTE, MINUTE, List.of(), 1);

        Duration spreadOfOne = Duration.between(one.p50(), one.p90());
        Duration spreadOfHundred = Duration.between(hundred.p50(), hundred.p90());
        assertThat(spreadOfOne).isPositive();
        assertThat(spreadOfHundred).isGreaterThan(spreadOfOne).isLessThan(spreadOfOne.multipliedBy(100));
    }

    @Test
    void what_runs_has_its_estimate_less_the_time_it_ran() {
        assertThat(remaining(Duration.ofSeconds(20), 0)).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void what_outlived_its_estimate_is_expected_to_run_half_as_long_again() {
        assertThat(remaining(Duration.ofMinutes(4), 0)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void a_reported_progress_goes_before_the_estimate() {
        assertThat(remaining(Duration.ofSeconds(19), 0.95)).isEqualTo(Duration.ofSeconds(1));
        assertThat(remaining(Duration.ofMinutes(4), 0.5)).isEqualTo(Duration.ofMinutes(4));
        assertThat(EtaEstimator.remaining(Optional.empty(), MINUTE, 0.5)).contains(MINUTE);
    }

    @Test
    void nothing_is_said_of_an_unknown_duration() {
        assertThat(EtaEstimator.remaining(Optional.empty(), MINUTE, 0.01)).isEmpty();
        assertThat(EtaEstimator.running(NOW, MINUTE).p50()).isEqualTo(NOW.plus(MINUTE));
    }

    private static Duration remaining(Duration elapsed, double progress) {
        return EtaEstimator.remaining(Optional.of(MINUTE), elapsed, progress).orElseThrow();
    }

    private static Duration after(long ahead, List<Duration> running, int workers) {
        return Duration.between(
                NOW,
                EtaEstimator.waiting(NOW, ahead, MINUTE, MINUTE, running, workers)
                        .p50());
    }
}
