package org.armlib.domain;

import java.time.Instant;

/**
 * What a worker gets: a request to run, and the lease to run it under.
 *
 * @param lease the right to run it
 * @param request what to run, with the cache policy as it is now
 * @param submitted when it was submitted
 */
public record LeasedRequest(Lease lease, BatchRequest request, Instant submitted) {}
