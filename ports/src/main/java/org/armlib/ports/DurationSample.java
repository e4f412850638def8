package org.armlib.ports;

import java.time.Duration;
import java.util.Optional;

/**
 * Durations of some of many requests.
 *
 * @param size the number of requests looked at
 * @param known the number of those whose duration is known
 * @param total the sum of the known durations
 */
public record DurationSample(long size, long known, Duration total) {
    /** The sample of no request. */
    public static final DurationSample EMPTY = new DurationSample(0, 0, Duration.ZERO);

    /**
     * Returns the mean duration of all requests of the sample.
     *
     * @param unknown the duration to assume of those whose duration is not known
     */
    public Duration meanWith(Duration unknown) {
        return size == 0
                ? unknown
                : total.plus(unknown.multipliedBy(size - known)).dividedBy(size);
    }

    /** Returns the mean of the known durations, or empty if none is known. */
    public Optional<Duration> mean() {
        return known == 0 ? Optional.empty() : Optional.of(total.dividedBy(known));
    }
}
