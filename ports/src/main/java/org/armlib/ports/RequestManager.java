package org.armlib.ports;

import java.sql.Connection;
import java.util.List;
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
    default Submitted submit(BatchRequest request) {
        return submit(request, StatusDetail.FULL);
    }

    /**
     * As {@link #submit(BatchRequest)}, with a status of the given detail.
     *
     * @throws org.armlib.domain.KeyConflictException if the key stands for a different request
     */
    Submitted submit(BatchRequest request, StatusDetail detail);

    /**
     * Submits each request as {@link #submit(BatchRequest)} does, in the order of the list; those that the cache does not
     * answer reach the queue {@linkplain QueueManager#submitAll together}. The statuses are {@link StatusDetail#BRIEF}.
     *
     * <p>The first request that is refused ends the call; those before it may be submitted or not. Repeating the call
     * without the refused request is harmless.
     *
     * @return one answer for each request, in the order of the list
     * @throws org.armlib.domain.KeyConflictException if a key stands for a different request; says which key
     */
    List<Submitted> submitAll(List<BatchRequest> requests);

    /**
     * Submits a request as part of a transaction of the program's own database, in which the queue is: it is queued once
     * that commits, and never was if it rolls back. Listeners are notified when this returns, whatever becomes of the
     * transaction. The status is {@link StatusDetail#BRIEF}. See {@link TransactionalQueue}.
     *
     * @param connection a connection in a transaction, its auto-commit mode off
     * @throws org.armlib.domain.KeyConflictException if the key stands for a different request
     * @throws org.armlib.domain.InvalidRequestException if the connection is in auto-commit mode, or the queue is in no
     *     database of which it could be one
     */
    Submitted submit(BatchRequest request, Connection connection);

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
    default BatchStatus status(RequestKey key) {
        return status(key, StatusDetail.FULL);
    }

    /** As {@link #status(RequestKey)}, with the given detail. */
    BatchStatus status(RequestKey key, StatusDetail detail);

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
