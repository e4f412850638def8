package org.armlib.domain;

import java.time.Duration;

/**
 * How often a request is tried, and how long a worker has it to itself.
 *
 * @param maxAttempts attempts before a request ends Failed, at least 1
 * @param backoff the wait between attempts
 * @param visibilityTimeout how long a lease lasts at least before others may take the request
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

    /** How long a lease of {@code request} lasts: the visibility timeout, or twice the estimate if that is longer. */
    public Duration leaseDuration(BatchRequest request) {
        Duration twice = request.estimatedTime().plus(request.estimatedTime());
        return twice.compareTo(visibilityTimeout) > 0 ? twice : visibilityTimeout;
    }
}
