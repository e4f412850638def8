package org.armlib.application;

import java.time.Duration;
import org.armlib.domain.Backoff;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.RetryPolicy;

/**
 * How a {@link RequestWorker} works.
 *
 * @param name begins the names of its worker ids and threads; unique among the processes on one queue
 * @param threads how many requests it runs at a time, at least 1
 * @param grace how long running jobs may go on when the worker is closed
 * @param abandonGrace how long a job whose lease is lost may take to notice before its thread is interrupted
 * @param retryPolicy the queue's, from which the worker knows how long its leases last
 * @param outageBackoff the waits between tries while the queue, the cache or the upstream does not work
 */
public record WorkerOptions(
        String name,
        int threads,
        Duration grace,
        Duration abandonGrace,
        RetryPolicy retryPolicy,
        Backoff outageBackoff) {

    /** @throws InvalidRequestException if there is no thread, or a time is negative */
    public WorkerOptions {
        if (threads < 1) {
            throw new InvalidRequestException("threads", "is " + threads + "; a worker has at least 1");
        }
        if (grace.isNegative() || abandonGrace.isNegative()) {
            throw new InvalidRequestException("grace", "is negative");
        }
    }

    /** {@code threads} threads, half a minute of grace, two seconds for a lost job to notice. */
    public static WorkerOptions of(String name, int threads, RetryPolicy retryPolicy) {
        return new WorkerOptions(
                name,
                threads,
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                retryPolicy,
                new Backoff(Duration.ofMillis(500), 2, Duration.ofSeconds(30), 0.5));
    }
}
