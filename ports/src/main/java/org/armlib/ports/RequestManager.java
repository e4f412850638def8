package org.armlib.ports;

import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Hold;
import org.armlib.domain.RequestKey;
import org.armlib.domain.TraceContext;

/**
 * The batch mode as callers see it: submit a request, watch its status, fetch its result.
 *
 * <p>Safe for use by many threads. No method waits for a request to run. Throws only
 * {@link org.armlib.domain.ArmlibException}s.
 */
public interface RequestManager {

    /**
     * Submits a request: answered from the cache if its result is there, joined to the same request if that is waiting
     * or running, otherwise queued.
     *
     * @throws org.armlib.domain.KeyConflictException if the key stands for a different request
     */
    Submitted submit(BatchRequest request);

    /**
     * Runs a request again, whatever the cache holds: its present result is withdrawn. A request that is waiting or
     * running is joined. The trace stays that of the earlier submission.
     *
     * @return empty if neither queue nor cache knows the key
     */
    default Optional<Submitted> resubmit(RequestKey key) {
        return resubmit(key, Optional.empty());
    }

    /**
     * As {@link #resubmit(RequestKey)}, in a trace of the caller's.
     *
     * @param trace empty to stay in that of the earlier submission
     */
    Optional<Submitted> resubmit(RequestKey key, Optional<TraceContext> trace);

    /** Where a request stands; of a key that nobody knows, {@link BatchStatus.Status#UNKNOWN}. */
    BatchStatus status(RequestKey key);

    /** The result of a request, or empty if there is none, or a newer run of it is not finished. */
    Optional<CachedResult> result(RequestKey key);

    /**
     * Calls a request off, whether it waits or runs; a finished one stays as it is.
     *
     * @return the status afterwards
     */
    BatchStatus cancel(RequestKey key);

    /**
     * Returns the reason why this process leases nothing at present, or empty if it goes on leasing or has no workers.
     * Never blocks.
     */
    default Optional<Hold> hold() {
        return Optional.empty();
    }
}
