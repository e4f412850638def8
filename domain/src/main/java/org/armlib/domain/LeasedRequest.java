package org.armlib.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * What a worker gets: a request to run, and the lease to run it under.
 *
 * @param lease the right to run it
 * @param request what to run, with the cache policy as it is now
 * @param submitted when it was submitted
 * @param hold the hold that this attempt follows, if the request was held before
 */
public record LeasedRequest(Lease lease, BatchRequest request, Instant submitted, Optional<Hold> hold) {
    /** A request that was not held before. */
    public LeasedRequest(Lease lease, BatchRequest request, Instant submitted) {
        this(lease, request, submitted, Optional.empty());
    }
}
