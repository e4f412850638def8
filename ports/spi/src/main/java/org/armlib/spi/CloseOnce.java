package org.armlib.spi;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Closes something once: the first caller does it, callers at the same time wait until it is done, later ones return
 * immediately. What a shutdown hook and a {@code try} statement both close is closed then for both when they go on.
 *
 * <p>A caller whose thread is interrupted while it waits returns immediately, with its interrupt status set. Thread-safe.
 */
public final class CloseOnce {
    private final Duration limit;
    private final ReentrantLock closing = new ReentrantLock();
    private volatile boolean closed;

    /** @param limit how long callers wait for the first one at most */
    public CloseOnce(Duration limit) {
        this.limit = limit;
    }

    /** Runs {@code action} if no call has done so yet. What it throws reaches its own caller only. */
    public void run(Runnable action) {
        if (locks()) {
            try {
                if (!closed) {
                    closed = true;
                    action.run();
                }
            } finally {
                closing.unlock();
            }
        }
    }

    /** Takes the lock; a free one even if the thread is interrupted, as the first caller must close in any case. */
    private boolean locks() {
        try {
            return closing.tryLock() || closing.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether a call has begun to close. */
    public boolean isClosed() {
        return closed;
    }
}
