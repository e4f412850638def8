package org.armlib.jdbc;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is repeated on the queue's own threads, one step at a time, for as long as its result is asked for. A step
 * that fails is tried again after a pause. Safe for use by many threads.
 */
final class Refresher {
    private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);
    /** Longer than callers pause between two looks at a status: each finds the work done. */
    private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Sessions sessions;
    private final Supplier<Duration> step;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long askedAt;
    private volatile long startedAt;

    /** @param step does a part of the work and returns the pause before the next part */
    Refresher(Sessions sessions, Supplier<Duration> step) {
        this.sessions = sessions;
        this.step = step;
    }

    /** Has the work done, now and for a minute. */
    void ask() {
        askedAt = System.nanoTime();
        if (running.compareAndSet(false, true)) {
            startedAt = askedAt;
            schedule(Duration.ZERO);
        }
    }

    /** Returns what is left of {@code patience} since the work began, or zero. */
    Duration left(Duration patience) {
        long nanos = startedAt + patience.toNanos() - System.nanoTime();
        return Duration.ofNanos(Math.max(0, nanos));
    }

    private void schedule(Duration pause) {
        CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, sessions.threads())
                .execute(this::run);
    }

    private void run() {
        if (System.nanoTime() - askedAt > IDLE_NANOS) {
            running.set(false);
            if (System.nanoTime() - askedAt > IDLE_NANOS || !running.compareAndSet(false, true)) {
                return;
            }
        }
        Duration pause = AFTER_FAILURE;
        try {
            pause = step.get();
        } catch (RuntimeException e) {
            LOG.debug("A count of the queue failed; it is repeated in {}", AFTER_FAILURE, e);
        } finally {
            schedule(pause);
        }
    }
}
