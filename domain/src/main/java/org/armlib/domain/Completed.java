package org.armlib.domain;

import java.time.Instant;
import java.util.UUID;

/**
 * Done, with a result.
 *
 * @param attempts attempts it took
 * @param fence the fencing token of the lease that did it
 * @param started when the successful attempt began
 * @param finished when it was reported complete
 * @param token the token of the lease that did it
 */
public record Completed(int attempts, long fence, Instant started, Instant finished, UUID token)
        implements RequestState.Finished {
    @Override
    public Phase phase() {
        return Phase.COMPLETED;
    }
}
