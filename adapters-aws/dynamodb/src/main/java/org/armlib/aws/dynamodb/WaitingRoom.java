package org.armlib.aws.dynamodb;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the workers of this process wait for work. One of them, the watcher, looks for it now and then, less often the
 * longer there is none; the others sleep until the bell rings for them: once for each request that this process has
 * submitted or given back. Safe for use by many threads.
 */
final class WaitingRoom {
    private static final int QUICKER = 8;
    private static final long SHORTEST_NANOS = 1_000_000;

    private final long longestPoll;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition watcher = lock.newCondition();
    private final Condition followers = lock.newCondition();
    private int inside;
    private int rings;
    private boolean watched;
    private long poll;
    private boolean closed;

    WaitingRoom(Duration pollInterval) {
        this.longestPoll = pollInterval.toNanos();
        this.poll = shortestPoll();
    }

    /** Why a wait ended. */
    enum Wake {
        /** Somebody rang. */
        RUNG,
        /** It is time to look, or to give up. */
        LOOK
    }

    /** A worker comes in, before it looks for work: from now on no ring is lost. */
    void enter() {
        lock.lock();
        try {
            inside++;
        } finally {
            lock.unlock();
        }
    }

    /** A worker leaves: with work or without. */
    void leave() {
        lock.lock();
        try {
            inside--;
            rings = Math.min(rings, inside);
            if (!watched) {
                followers.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** There may be something to lease for so many workers. */
    void ring(int times) {
        lock.lock();
        try {
            poll = shortestPoll();
            int more = Math.min(times, inside - rings);
            if (more <= 0) {
                return;
            }
            rings += more;
            watcher.signal();
            for (int i = 1; i < more || (i == 1 && !watched); i++) {
                followers.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void ringAll() {
        ring(Integer.MAX_VALUE);
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            watcher.signalAll();
            followers.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sleeps until the bell rings or it is time to look.
     *
     * @param nanos at most so long
     * @param due when something falls due, as far as is known
     */
    Wake await(long nanos, Duration due) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long end = System.nanoTime() + nanos;
            while (true) {
                if (closed) {
                    return Wake.LOOK;
                }
                if (rings > 0) {
                    rings--;
                    return Wake.RUNG;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return Wake.LOOK;
                }
                if (watched) {
                    followers.awaitNanos(left);
                } else if (!watch(left, due)) {
                    return Wake.LOOK;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether something else than the time has ended the wait. */
    @SuppressWarnings("WaitNotInLoop") // The caller is the loop.
    private boolean watch(long left, Duration due) throws InterruptedException {
        watched = true;
        try {
            long pause = poll + ThreadLocalRandom.current().nextLong(poll / 4 + 1);
            poll = Math.min(2 * poll, longestPoll);
            long untilDue = due.compareTo(Duration.ofDays(1)) > 0 ? Long.MAX_VALUE : due.toNanos();
            long sleep = Math.min(left, Math.min(pause, Math.max(SHORTEST_NANOS, untilDue)));
            return watcher.awaitNanos(sleep) > 0;
        } finally {
            watched = false;
        }
    }

    private long shortestPoll() {
        return Math.max(SHORTEST_NANOS, longestPoll / QUICKER);
    }
}
