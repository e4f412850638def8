package org.armlib.jdbc;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.armlib.domain.Phase;
import org.armlib.jdbc.DepthQueries.Ended;

/**
 * The numbers of finished requests, where they are too large to be counted for a caller: counted chunk by chunk at a
 * small share of the time, and what has ended since is added a few times a second. Safe for use by many threads.
 */
final class FinishedCounts {
    private static final int CHUNK = 20_000;
    private static final int SHARE = 20;
    private static final Duration NEWS_EVERY = Duration.ofMillis(500);
    private static final Duration MIN_WALK = Duration.ofSeconds(5);

    /** The states of finished requests. */
    static final Map<Phase, String> STATES =
            Map.of(Phase.COMPLETED, Stored.COMPLETED, Phase.FAILED, Stored.FAILED, Phase.CANCELLED, Stored.CANCELLED);

    private final Sessions sessions;
    private final DepthQueries queries;
    private final Refresher refresher;
    private final CompletableFuture<Boolean> first = new CompletableFuture<>();
    private volatile Map<Phase, Long> published = Map.of();

    /** What was forgotten here, and is in the counts until it is counted anew; guarded by this. */
    private final Map<Phase, Long> forgotten = new EnumMap<>(Phase.class);

    private Map<Phase, Long> forgottenBeforeWalk = Map.of();

    // Used by one step at a time.
    private final Map<Phase, Ended> known = new EnumMap<>(Phase.class);
    private final Map<Phase, Ended> walk = new EnumMap<>(Phase.class);
    private long newsAt = System.nanoTime() - NEWS_EVERY.toNanos();
    private long walkedAt;

    FinishedCounts(Sessions sessions, DepthQueries queries) {
        this.sessions = sessions;
        this.queries = queries;
        this.refresher = new Refresher(sessions, this::step);
    }

    /**
     * Returns the number of requests that ended so, and has it counted on; empty if the first count is not done.
     *
     * @param patience the time since the first of such calls to wait for the first count, at most
     */
    Optional<Long> count(Phase phase, Duration patience) {
        refresher.ask();
        try {
            return Optional.of(first.get(refresher.left(patience).toNanos(), TimeUnit.NANOSECONDS))
                    .map(same -> Math.max(0, published.getOrDefault(phase, 0L) - forgotten(phase)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            // It goes on.
        }
        return Optional.empty();
    }

    /** Takes note of requests that are there no more. */
    synchronized void forget(Map<Phase, Integer> counts) {
        counts.forEach((phase, count) -> forgotten.merge(phase, (long) count, Long::sum));
    }

    private synchronized long forgotten(Phase phase) {
        return forgotten.getOrDefault(phase, 0L);
    }

    private synchronized Map<Phase, Long> forgotten() {
        return Map.copyOf(forgotten);
    }

    /** A walk has counted without what was forgotten before it began. */
    private synchronized void counted(Map<Phase, Long> before) {
        before.forEach((phase, count) -> forgotten.merge(phase, -count, Long::sum));
    }

    private Duration step() {
        long began = System.nanoTime();
        boolean complete = known.size() == STATES.size();
        if (complete && began - newsAt >= NEWS_EVERY.toNanos()) {
            newsAt = began;
            STATES.forEach((phase, state) -> known.computeIfPresent(phase, (same, ended) -> next(state, ended)));
            publish();
        } else if (!complete || began - walkedAt >= MIN_WALK.toNanos()) {
            walk();
        }
        long cost = System.nanoTime() - began;
        return complete
                ? Duration.ofNanos(
                        Math.max(cost * (SHARE - 1), Duration.ofMillis(50).toNanos()))
                : Duration.ZERO;
    }

    /** Counts a chunk of the first state that was not counted to its end. */
    private void walk() {
        if (walk.isEmpty()) {
            forgottenBeforeWalk = forgotten();
        }
        for (Map.Entry<Phase, String> one : STATES.entrySet()) {
            Ended before = walk.getOrDefault(one.getKey(), new Ended(0, Long.MIN_VALUE));
            Ended after = next(one.getValue(), before);
            walk.put(one.getKey(), after);
            if (after.count() - before.count() >= CHUNK) {
                return;
            }
        }
        known.putAll(walk);
        walk.clear();
        counted(forgottenBeforeWalk);
        walkedAt = System.nanoTime();
        publish();
    }

    private void publish() {
        Map<Phase, Long> counts = new EnumMap<>(Phase.class);
        known.forEach((phase, ended) -> counts.put(phase, ended.count()));
        published = counts;
        first.complete(true);
    }

    private Ended next(String state, Ended before) {
        Ended more = sessions.inSession(
                "count finished requests",
                Optional.empty(),
                handle -> queries.ended(handle, state, before.last(), CHUNK));
        return new Ended(before.count() + more.count(), more.last());
    }
}
