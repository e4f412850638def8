package org.armlib.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Given up: the dead letter, which keeps the reason.
 *
 * @param attempts attempts that were made
 * @param fence the fencing token of the last lease
 * @param reason why the last attempt failed
 * @param finished when it was given up
 * @param token the token of the lease under which the worker reported the failure; empty if the lease had run out
 */
public record Failed(int attempts, long fence, Failure reason, Instant finished, Optional<UUID> token)
        implements RequestState.Finished {
    @Override
    public Phase phase() {
        return Phase.FAILED;
    }
}
