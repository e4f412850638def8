package org.armlib.tck;

import org.armlib.domain.RetryPolicy;

/** The rules of the queue (Q), and of identity (I) as far as a queue can break them. */
public interface QueueContract
        extends QueueSubmissionContract,
                QueueLeaseContract,
                QueueBatchContract,
                QueueAttemptContract,
                QueueOrderContract,
                QueueWaitingContract,
                QueueWakeContract,
                QueuePagingContract,
                QueueUpkeepContract {

    /** A new queue, empty, that follows {@code policy}. */
    @Override
    QueueFixture newQueue(RetryPolicy policy);
}
