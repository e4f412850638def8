package org.armlib.ports;

import java.sql.Connection;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.SubmissionId;

/**
 * A work queue in a database, which can submit as part of a transaction of the program's own: the request is in the queue
 * once that commits, and never was if it rolls back. Implemented by queues besides {@link QueueManager}. Thread-safe.
 *
 * <p>The connection is one to the queue's database in a transaction, its auto-commit mode off. Nothing is committed, rolled
 * back or tried again here: after a {@link QueueException} roll back and repeat the transaction.
 */
public interface TransactionalQueue {

    /**
     * As {@link QueueManager#submit}.
     *
     * @throws org.armlib.domain.KeyConflictException if the key stands for a different request
     * @throws org.armlib.domain.InvalidRequestException if the connection is in auto-commit mode
     */
    Enqueued submit(BatchRequest request, Connection connection);

    /**
     * As {@link QueueManager#resubmit}.
     *
     * @throws org.armlib.domain.KeyConflictException if the key stands for a different request
     * @throws org.armlib.domain.IllegalTransitionException if {@code superseded} is not finished
     * @throws org.armlib.domain.InvalidRequestException if the connection is in auto-commit mode
     */
    Enqueued resubmit(BatchRequest request, SubmissionId superseded, Connection connection);
}
