package org.armlib.ports;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.Phase;

/**
 * The queue in numbers. Its cost does not depend on the number of requests: counts up to {@link #EXACT} are exact, larger
 * ones may be a second old or differ by 1 %.
 *
 * @param counts the number of requests in each phase; has every phase
 * @param oldestPending the time of submission of the request that waits longest, empty if none waits
 * @param estimates the times that callers estimated for the next {@link #SAMPLE} waiting requests, or for more of them
 * @param recent the durations of the last completed attempts, {@link #RECENT} at most; empty where the store does not
 *     keep them
 * @param running the running requests, the first {@link #MAX_RUNNING} of them
 * @param workers the number of workers that asked for work or reported within the last {@link #WORKER_SEEN}
 * @param suspended whether leasing is suspended
 */
public record QueueOverview(
        Map<Phase, Long> counts,
        Optional<Instant> oldestPending,
        DurationSample estimates,
        DurationSample recent,
        List<RunningRequest> running,
        int workers,
        boolean suspended) {
    /** The longest time without a sign of life after which a worker no longer counts. */
    public static final Duration WORKER_SEEN = Duration.ofMinutes(2);

    /** The counts that are always exact, from 0 to this one. */
    public static final long EXACT = QueuePosition.EXACT;

    /** The number of waiting requests whose estimates are looked at, at least. */
    public static final int SAMPLE = 1000;

    /** The number of completed attempts whose durations are looked at, at most. */
    public static final int RECENT = 100;

    /** The number of running requests in an overview, at most. */
    public static final int MAX_RUNNING = 200;

    /** Keeps copies of the collections. */
    public QueueOverview {
        counts = Map.copyOf(counts);
        running = List.copyOf(running);
    }

    /** Returns the number of requests in {@code phase}. */
    public long count(Phase phase) {
        return counts.getOrDefault(phase, 0L);
    }

    /** Returns the estimated times of all waiting requests together, extrapolated from {@link #estimates}. */
    public Duration pendingEstimate() {
        long pending = count(Phase.PENDING);
        return estimates.size() == 0 || estimates.size() >= pending
                ? estimates.total()
                : Duration.ofMillis(Math.round(
                        (double) estimates.total().toMillis() / (double) estimates.size() * (double) pending));
    }
}
