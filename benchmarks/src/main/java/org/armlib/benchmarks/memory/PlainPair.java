package org.armlib.benchmarks.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.WorkerId;
import org.jspecify.annotations.Nullable;

/**
 * What one would write by hand with a map and a queue of the JDK, and so the ceiling to measure against: the same
 * bookkeeping (a record for each state, a lease with a random token and a time it runs out, a finish that takes effect
 * only while the record is the leased one, finished records kept for a while), and nothing else of what the queue does:
 * no order of priority, no attempts, no take-over of expired leases, no positions, no lists.
 */
final class PlainPair {
    private static final int DROPPED_WITH_EACH_FINISH = 3;

    private final ConcurrentMap<RequestKey, Item> items = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<RequestKey> waiting = new LinkedBlockingQueue<>();
    private final Queue<Done> done = new ConcurrentLinkedQueue<>();
    private final Duration visibility;
    private final Duration retention;
    private final Clock clock;

    sealed interface Item {}

    record Waiting(BatchRequest request, Instant submitted) implements Item {}

    record Running(
            BatchRequest request, Instant submitted, WorkerId worker, UUID token, Instant started, Instant expiresAt)
            implements Item {}

    record Done(BatchRequest request, Instant submitted, UUID token, Instant started, Instant finished)
            implements Item {}

    PlainPair(Duration visibility, Duration retention, Clock clock) {
        this.visibility = visibility;
        this.retention = retention;
        this.clock = clock;
    }

    /** Whether the request was added. */
    boolean submit(BatchRequest request) {
        if (items.putIfAbsent(request.key(), new Waiting(request, clock.instant())) != null) {
            return false;
        }
        return waiting.offer(request.key());
    }

    @Nullable
    Running lease(WorkerId worker) {
        RequestKey key = waiting.poll();
        if (key == null || !(items.get(key) instanceof Waiting item)) {
            return null;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Instant now = clock.instant();
        Running running = new Running(
                item.request,
                item.submitted,
                worker,
                new UUID(random.nextLong(), random.nextLong()),
                now,
                now.plus(visibility));
        return items.replace(key, item, running) ? running : null;
    }

    /** Whether the lease was the current one. */
    boolean complete(RequestKey key, UUID token) {
        if (!(items.get(key) instanceof Running running) || !running.token.equals(token)) {
            return false;
        }
        Instant now = clock.instant();
        Done finished = new Done(running.request, running.submitted, token, running.started, now);
        if (!items.replace(key, running, finished)) {
            return false;
        }
        done.add(finished);
        dropExpired(now.minus(retention));
        return true;
    }

    private void dropExpired(Instant before) {
        for (int i = 0; i < DROPPED_WITH_EACH_FINISH; i++) {
            Done oldest = done.peek();
            if (oldest == null || !oldest.finished.isBefore(before)) {
                return;
            }
            if (done.remove(oldest)) {
                items.remove(oldest.request.key(), oldest);
            }
        }
    }
}
