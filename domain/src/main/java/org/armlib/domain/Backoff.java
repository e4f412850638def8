package org.armlib.domain;

import java.time.Duration;

/**
 * How long to wait before the next attempt: exponential, capped, with jitter.
 *
 * @param initial the wait after the first failure
 * @param factor by which each further wait is longer, at least 1
 * @param max the longest wait
 * @param jitter the share of the wait that is left to chance, from 0 (none) to 1; so that requests that failed together
 *     do not come back together
 */
public record Backoff(Duration initial, double factor, Duration max, double jitter) {
    /** 5 seconds, doubling up to 10 minutes, a fifth of it jitter. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(5), 2, Duration.ofMinutes(10), 0.2);

    /** @throws InvalidRequestException if a value makes no sense */
    public Backoff {
        if (initial.isNegative() || max.compareTo(initial) < 0) {
            throw new InvalidRequestException(
                    "backoff", "runs from " + initial + " to " + max + "; it must start at 0 or more and not shrink");
        }
        if (!(factor >= 1 && factor <= 100)) {
            throw new InvalidRequestException("backoff", "factor is " + factor + "; from 1 to 100 is allowed");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new InvalidRequestException("backoff", "jitter is " + jitter + "; from 0 to 1 is allowed");
        }
    }

    /** Always the same wait. */
    public static Backoff fixed(Duration wait) {
        return new Backoff(wait, 1, wait, 0);
    }

    /**
     * The wait after {@code attempt} failed.
     *
     * @param attempt 1 for the first
     * @param chance from 0 to 1, spreads the wait evenly over the last {@link #jitter} of it
     */
    public Duration after(int attempt, double chance) {
        double millis = (double) initial.toMillis() * Math.pow(factor, Math.max(0, attempt - 1));
        double capped = Math.min(millis, (double) max.toMillis());
        return Duration.ofMillis(Math.round(capped * (1 - jitter * chance)));
    }
}
