package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    @Test
    void a_wait_is_within_its_bounds_and_never_shrinks_with_the_attempts() {
        Generators.check(20_000, generate -> {
            Backoff backoff = any(generate);
            double chance = generate.random().nextDouble();
            Duration before = Duration.ZERO;
            for (int attempt : List.of(1, 2, 3, 4, 7, 20, 1_000, Integer.MAX_VALUE)) {
                Duration full = backoff.after(attempt, 0);
                Duration wait = backoff.after(attempt, chance);
                assertThat(full).isBetween(backoff.initial(), backoff.max());
                assertThat(full).isGreaterThanOrEqualTo(before);
                assertThat(wait).isBetween(backoff.after(attempt, 1), full);
                before = full;
            }
        });
    }

    @Test
    void the_wait_grows_by_the_factor_up_to_the_cap() {
        Backoff backoff = new Backoff(Duration.ofSeconds(5), 2, Duration.ofSeconds(60), 0);

        assertThat(List.of(1, 2, 3, 4, 5, 6, 100))
                .extracting(attempt -> backoff.after(attempt, 0.7).toSeconds())
                .containsExactly(5L, 10L, 20L, 40L, 60L, 60L, 60L);
    }

    @Test
    void jitter_takes_its_share_and_spreads_evenly() {
        Backoff backoff = new Backoff(Duration.ofSeconds(100), 1, Duration.ofSeconds(100), 0.2);

        assertThat(backoff.after(1, 0)).isEqualTo(Duration.ofSeconds(100));
        assertThat(backoff.after(1, 0.25)).isEqualTo(Duration.ofSeconds(95));
        assertThat(backoff.after(1, 0.5)).isEqualTo(Duration.ofSeconds(90));
        assertThat(backoff.after(1, 1)).isEqualTo(Duration.ofSeconds(80));
    }

    @Test
    void a_fixed_wait_is_always_the_same() {
        Backoff backoff = Backoff.fixed(Duration.ofSeconds(7));
        assertThat(backoff.after(1, 0)).isEqualTo(Duration.ofSeconds(7));
        assertThat(backoff.after(50, 1)).isEqualTo(Duration.ofSeconds(7));
        assertThat(Backoff.fixed(Duration.ZERO).after(Integer.MAX_VALUE, 1)).isZero();
    }

    @Test
    void a_backoff_that_makes_no_sense_is_refused() {
        Duration second = Duration.ofSeconds(1);
        assertRefused("backoff", () -> new Backoff(Duration.ofNanos(-1), 2, second, 0));
        assertRefused("backoff", () -> new Backoff(second, 2, second.minusNanos(1), 0));
        for (double factor : new double[] {0, 0.99, 100.01, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertRefused("backoff", () -> new Backoff(second, factor, second, 0));
        }
        for (double jitter : new double[] {-0.01, 1.01, Double.NaN}) {
            assertRefused("backoff", () -> new Backoff(second, 2, second, jitter));
        }
        assertThat(new Backoff(second, 100, second, 1).after(1, 1)).isZero();
    }

    @Test
    void a_policy_that_makes_no_sense_is_refused() {
        assertRefused("maxAttempts", () -> new RetryPolicy(0, Backoff.DEFAULT, Duration.ofSeconds(1)));
        assertRefused("visibilityTimeout", () -> new RetryPolicy(1, Backoff.DEFAULT, Duration.ZERO));
        assertRefused("visibilityTimeout", () -> new RetryPolicy(1, Backoff.DEFAULT, Duration.ofSeconds(-1)));
    }

    private static Backoff any(Generators generate) {
        long initial = generate.random().nextLong(100_000);
        long max = initial + generate.random().nextLong(10_000_000);
        double factor = 1 + generate.random().nextDouble() * (generate.oneIn(2) ? 3 : 99);
        return new Backoff(
                Duration.ofMillis(initial),
                factor,
                Duration.ofMillis(max),
                generate.random().nextDouble());
    }

    private static void assertRefused(String field, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.field()).isEqualTo(field));
    }
}
