package org.armlib.domain;

import java.time.Instant;

/**
 * Called off.
 *
 * @param attempts attempts begun before
 * @param fence the fencing token of the last lease, 0 if there was none
 * @param finished when it was called off
 */
public record Cancelled(int attempts, long fence, Instant finished) implements RequestState.Finished {
    @Override
    public Phase phase() {
        return Phase.CANCELLED;
    }
}
