package org.armlib.domain;

import java.time.Duration;

/**
 * How often a request is tried, and how long a worker has it to itself.
 *
 * @param maxAttempts attempts before a request ends Failed, at least 1
 * @param backoff the wait between attempts
 * @param visibilityTimeout how long a lease lasts unless it is renewed; others may take the request after that
 */
public record RetryPolicy(int maxAttempts, Backoff backoff, Duration visibilityTimeout) {
    /** 3 attempts, the default backoff, leases of a minute. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(3, Backoff.DEFAULT, Duration.ofMinutes(1));

    /** @throws InvalidRequestException if a value makes no sense */
    public RetryPolicy {
        if (maxAttempts < 1) {
            throw new InvalidRequestException("maxAttempts", "is " + maxAttempts + "; at least 1 is needed");
        }
        if (visibilityTimeout.isNegative() || visibilityTimeout.isZero()) {
            throw new InvalidRequestException(
                    "visibilityTimeout", "is " + visibilityTimeout + "; it must be longer than nothing");
        }
    }
}
