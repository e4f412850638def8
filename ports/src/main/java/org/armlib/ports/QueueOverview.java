package org.armlib.ports;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.Phase;

/**
 * The queue in numbers.
 *
 * @param counts how many requests are in each phase; has every phase
 * @param oldestPending when the longest waiting request was submitted, empty if none waits
 * @param pendingEstimate the estimated times of all waiting requests together
 * @param workers how many workers have asked for work or reported within the last {@link #WORKER_SEEN}
 * @param suspended whether leasing is suspended
 */
public record QueueOverview(
        Map<Phase, Long> counts,
        Optional<Instant> oldestPending,
        Duration pendingEstimate,
        int workers,
        boolean suspended) {
    /** How recently a worker must have been heard of to count as alive. */
    public static final Duration WORKER_SEEN = Duration.ofMinutes(2);

    /** Keeps a copy of the counts. */
    public QueueOverview {
        counts = Map.copyOf(counts);
    }

    /** How many requests are in {@code phase}. */
    public long count(Phase phase) {
        return counts.getOrDefault(phase, 0L);
    }
}
