package org.armlib.tck;

import org.armlib.domain.RetryPolicy;

/** The rules of the queue (Q), and those of identity (I) and of holds (W05) as far as a queue can break them. */
public interface QueueContract
        extends QueueSubmissionContract,
                QueueLeaseContract,
                QueueBatchContract,
                QueueAttemptContract,
                QueueHoldContract,
                QueueOrderContract,
                QueueWaitingContract,
                QueueWakeContract,
                QueuePagingContract,
                QueueClockContract,
                QueueUpkeepContract {

    /** A new queue, empty, that follows {@code policy}. */
    @Override
    QueueFixture newQueue(RetryPolicy policy);
}
