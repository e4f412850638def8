package org.armlib.http.gateway;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.armlib.domain.RequestKey;
import org.armlib.ports.Job;

/** Tells one run, at every step it waits for, whether to go on: its time is not up, and somebody still wants it. */
final class Watch {
    /** How long an abandoned job may go unnoticed. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Job job;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final long start;

    /** Watches from now on; {@code nanoTime} is as {@link System#nanoTime}. */
    Watch(Job job, Duration timeout, LongSupplier nanoTime) {
        this.job = job;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    RequestKey key() {
        return job.request().key();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Throws if the run is to end; otherwise says how many nanoseconds to wait before asking again, at most. */
    long check() {
        if (job.isAbandoned()) {
            throw new GatewayException(key(), "stopped, the request was given up meanwhile");
        }
        long left = timeout.toNanos() - (nanoTime() - start);
        if (left <= 0) {
            throw new GatewayException(
                    key(), "the upstream took longer than " + timeout + ", the limit that the setting timeout sets");
        }
        return Math.min(left, POLL_NANOS);
    }
}
