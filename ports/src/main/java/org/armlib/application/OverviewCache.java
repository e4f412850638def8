package org.armlib.application;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.jspecify.annotations.Nullable;

/**
 * The queue's overview, read at most once a second however many statuses are asked for. While one thread reads it anew,
 * the others go on with the last one. Thread-safe.
 */
final class OverviewCache {
    private static final long MAX_AGE_NANOS = Duration.ofSeconds(1).toNanos();

    private final QueueManager queue;
    private final LongSupplier nanoTime;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile @Nullable Reading last;

    OverviewCache(QueueManager queue, LongSupplier nanoTime) {
        this.queue = queue;
        this.nanoTime = nanoTime;
    }

    QueueOverview get() {
        Reading known = last;
        if (known != null && (nanoTime.getAsLong() - known.at < MAX_AGE_NANOS || !reading.compareAndSet(false, true))) {
            return known.overview;
        }
        try {
            long now = nanoTime.getAsLong();
            QueueOverview overview = queue.overview();
            last = new Reading(overview, now);
            return overview;
        } finally {
            reading.set(false);
        }
    }

    private record Reading(QueueOverview overview, long at) {}
}
