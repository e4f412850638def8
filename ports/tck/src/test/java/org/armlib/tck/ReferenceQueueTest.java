package org.armlib.tck;

import org.armlib.domain.RetryPolicy;

/** The contract can be kept. */
class ReferenceQueueTest implements QueueContract {
    @Override
    public QueueFixture newQueue(RetryPolicy policy) {
        return ReferenceQueueFixture.of(policy, ReferenceQueue::new);
    }
}
