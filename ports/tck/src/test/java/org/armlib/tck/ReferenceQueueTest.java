package org.armlib.tck;

import org.armlib.domain.RetryPolicy;
import org.junit.jupiter.api.Disabled;

/** The contract can be kept. */
class ReferenceQueueTest implements QueueContract {
    @Override
    public QueueFixture newQueue(RetryPolicy policy) {
        return ReferenceQueueFixture.of(policy, ReferenceQueue::new);
    }

    @Override
    @Disabled("it looks at every request for each answer, so that it is plain; the rule finds that")
    public void Q13_the_cost_of_a_lease_does_not_grow_with_the_queue() {}
}
