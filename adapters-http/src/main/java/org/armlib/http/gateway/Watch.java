package org.armlib.http.gateway;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.RequestKey;
import org.armlib.ports.Job;

/** Tells one run, at every step it waits for, whether to go on: its time is not up, and somebody still wants it. */
final class Watch {
    /** How long an abandoned job may go unnoticed. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Job job;
    private final Duration timeout;
    private final long start = System.nanoTime();

    Watch(Job job, Duration timeout) {
        this.job = job;
        this.timeout = timeout;
    }

    RequestKey key() {
        return job.request().key();
    }

    /** Throws if the run is to end; otherwise says how many nanoseconds to wait before asking again, at most. */
    long check() {
        if (job.isAbandoned()) {
            throw new GatewayException(key(), "stopped, the request was given up meanwhile");
        }
        long left = timeout.toNanos() - (System.nanoTime() - start);
        if (left <= 0) {
            throw new GatewayException(
                    key(), "the upstream took longer than " + timeout + ", the limit that the setting timeout sets");
        }
        return Math.min(left, POLL_NANOS);
    }
}
