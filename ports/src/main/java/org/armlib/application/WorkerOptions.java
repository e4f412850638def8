package org.armlib.application;

import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
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
 * @param maxHold the longest time that a request is held without a break; if it meets the same trouble after that, it ends
 *     Failed
 */
public record WorkerOptions(
        String name,
        int threads,
        Duration grace,
        Duration abandonGrace,
        RetryPolicy retryPolicy,
        Backoff outageBackoff,
        Duration maxHold) {
    /** Longer than the outages after which the work still matters. */
    public static final Duration DEFAULT_MAX_HOLD = Duration.ofDays(7);

    private static final int MAX_HOST = 60;

    /** @throws InvalidRequestException if there is no thread, or a time is negative */
    public WorkerOptions {
        if (threads < 1) {
            throw new InvalidRequestException("threads", "is " + threads + "; a worker has at least 1");
        }
        if (grace.isNegative() || abandonGrace.isNegative()) {
            throw new InvalidRequestException("grace", "is negative");
        }
        if (maxHold.isNegative() || maxHold.isZero()) {
            throw new InvalidRequestException("max-hold", "is " + maxHold + "; more than zero is needed");
        }
    }

    /** Options with {@link #DEFAULT_MAX_HOLD}. */
    public WorkerOptions(
            String name,
            int threads,
            Duration grace,
            Duration abandonGrace,
            RetryPolicy retryPolicy,
            Backoff outageBackoff) {
        this(name, threads, grace, abandonGrace, retryPolicy, outageBackoff, DEFAULT_MAX_HOLD);
    }

    /** Returns these options with another longest time that a request is held. */
    public WorkerOptions withMaxHold(Duration time) {
        return new WorkerOptions(name, threads, grace, abandonGrace, retryPolicy, outageBackoff, time);
    }

    /** As {@link #of(String, int, RetryPolicy)}, with a {@linkplain #uniqueName unique name}. */
    public static WorkerOptions of(int threads, RetryPolicy retryPolicy) {
        return of(uniqueName(), threads, retryPolicy);
    }

    /**
     * Returns a name that no other worker has: the host's if the environment has it, the number of the process, which
     * containers repeat, and a random part.
     */
    public static String uniqueName() {
        String host = Stream.of("HOSTNAME", "COMPUTERNAME")
                .map(System::getenv)
                .filter(Objects::nonNull)
                .map(name -> name.replaceAll("[^A-Za-z0-9.-]", ""))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("armlib");
        return host.substring(0, Math.min(host.length(), MAX_HOST)) + "-"
                + ProcessHandle.current().pid() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
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
