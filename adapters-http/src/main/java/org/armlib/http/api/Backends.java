package org.armlib.http.api;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Phase;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.jspecify.annotations.Nullable;

/** What is asked of queue and cache again and again, asked once a second at most, or more often while the queue seems full. Thread-safe. */
final class Backends {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    /** How old may be what keeps a request from being taken. */
    private static final long FRESH_IF_FULL_NANOS = Duration.ofMillis(50).toNanos();

    /** A backend that takes longer than this to answer counts as one that does not. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();

    private final QueueManager queue;
    private final CacheManager cache;
    private final ReentrantLock asking = new ReentrantLock();
    private final AtomicLong submitted = new AtomicLong();
    private volatile @Nullable Snapshot last;

    /** What both answered, and when. */
    private record Snapshot(QueueOverview overview, DataEpoch epoch, long submittedBefore, long takenAt) {
        boolean isYoungerThan(long nanos) {
            return System.nanoTime() - takenAt < nanos;
        }
    }

    Backends(QueueManager queue, CacheManager cache) {
        this.queue = queue;
        this.cache = cache;
    }

    QueueOverview overview() {
        return snapshot().overview();
    }

    /** The data epoch, a second old at most. */
    DataEpoch epoch() {
        return snapshot().epoch();
    }

    /** Whether {@code most} requests wait already. Some of those that were added here since it was asked may run by now. */
    boolean isFull(long most) {
        return pending(FRESH_NANOS) >= most && pending(FRESH_IF_FULL_NANOS) >= most;
    }

    private long pending(long fresh) {
        Snapshot now = snapshot(fresh);
        return now.overview().count(Phase.PENDING) + submitted.get() - now.submittedBefore();
    }

    /** A request was added to the queue. */
    void added() {
        submitted.incrementAndGet();
    }

    /** Asks again with the next call. */
    void changed() {
        last = null;
    }

    private Snapshot snapshot() {
        return snapshot(FRESH_NANOS);
    }

    private Snapshot snapshot(long fresh) {
        Snapshot known = last;
        if (known != null && known.isYoungerThan(fresh)) {
            return known;
        }
        if (!begins(known)) {
            if (known != null) {
                return known;
            }
            throw new QueueException("the queue or the cache has not answered yet", true);
        }
        try {
            long before = submitted.get();
            Snapshot taken = new Snapshot(queue.overview(), cache.epoch(), before, System.nanoTime());
            last = taken;
            return taken;
        } finally {
            asking.unlock();
        }
    }

    /** Whether it is for this thread to ask. A backend that hangs must not take all threads with it. */
    private boolean begins(@Nullable Snapshot known) {
        try {
            return known == null ? asking.tryLock(PATIENCE_NANOS, TimeUnit.NANOSECONDS) : asking.tryLock();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
