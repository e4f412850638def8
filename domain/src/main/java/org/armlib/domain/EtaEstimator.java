package org.armlib.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Predicts when a waiting or running request will be done, from what is running, what waits before it, and how many
 * workers there are.
 *
 * <p>The workers are seen as vessels filled to the remaining time of what they run; the work that waits before the
 * request is poured over them, and the request starts at the level it reaches. Durations are taken to be independent and
 * to vary by {@link #VARIATION} of their mean; the 90th percentile follows from the normal distribution.
 */
public final class EtaEstimator {
    /** The standard deviation of a duration, as a share of its mean, that is assumed. */
    public static final double VARIATION = 0.5;

    /** The reported progress from which on the pace so far is a better guide than an estimate. */
    public static final double MIN_PROGRESS = 0.05;

    /** The 90th percentile of the standard normal distribution. */
    private static final double Z90 = 1.2816;

    private EtaEstimator() {}

    /**
     * Returns how long a request still runs after it has run for {@code elapsed}.
     *
     * @param estimate how long it was expected to run, if anything is known of that
     * @param progress the share done that its worker reported, from 0 to 1; from {@link #MIN_PROGRESS} on the rest is
     *     taken to go on at the same pace, and the estimate no longer counts
     * @return empty if there is neither an estimate nor enough progress
     */
    public static Optional<Duration> remaining(Optional<Duration> estimate, Duration elapsed, double progress) {
        Duration ran = elapsed.isNegative() ? Duration.ZERO : elapsed;
        if (progress >= MIN_PROGRESS) {
            return Optional.of(Duration.ofMillis(Math.round((double) ran.toMillis() * (1 - progress) / progress)));
        }
        return estimate.map(expected -> {
            Duration left = expected.minus(ran);
            // What has outlived its estimate is as likely as not to run for half as long again.
            return left.isNegative() ? ran.dividedBy(2) : left;
        });
    }

    /**
     * When a request that waits will be done.
     *
     * @param ahead how many requests are leased before it
     * @param meanAhead how long one of those takes
     * @param own how long the request itself takes
     * @param running what the running requests have left
     * @param workers how many requests run at a time; less than 1 counts as 1
     */
    public static Eta waiting(
            Instant now, long ahead, Duration meanAhead, Duration own, List<Duration> running, int workers) {
        double mean = seconds(meanAhead);
        double start = level(running, Math.max(1, workers), (double) ahead * mean);
        double queueing = (double) ahead / Math.max(1, workers);
        double deviation = VARIATION * Math.sqrt(queueing * mean * mean + seconds(own) * seconds(own));
        double p50 = start + seconds(own);
        return new Eta(plus(now, p50), plus(now, p50 + Z90 * deviation));
    }

    /** When a request that runs and has {@code remaining} left will be done. */
    public static Eta running(Instant now, Duration remaining) {
        double left = seconds(remaining);
        return new Eta(plus(now, left), plus(now, left * (1 + Z90 * VARIATION)));
    }

    /** The level to which {@code work} fills vessels that are filled to {@code running} already, or empty. */
    private static double level(List<Duration> running, int vessels, double work) {
        double[] filled = new double[Math.max(vessels, running.size())];
        for (int i = 0; i < running.size(); i++) {
            filled[i] = seconds(running.get(i));
        }
        Arrays.sort(filled);
        double level = filled[0];
        double left = work;
        for (int i = 1; i < filled.length && left > 0; i++) {
            double step = Math.min(left / i, filled[i] - level);
            level += step;
            left -= step * i;
        }
        return level + left / filled.length;
    }

    private static double seconds(Duration duration) {
        return (double) duration.toMillis() / 1000;
    }

    private static Instant plus(Instant now, double seconds) {
        return now.plusMillis(Math.round(seconds * 1000));
    }
}
