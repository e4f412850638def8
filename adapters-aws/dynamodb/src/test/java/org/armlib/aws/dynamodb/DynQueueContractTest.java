package org.armlib.aws.dynamodb;

import org.armlib.domain.RetryPolicy;
import org.armlib.tck.DurableQueueContract;
import org.armlib.tck.DurableQueueFixture;

class DynQueueContractTest implements DurableQueueContract {
    @Override
    public DurableQueueFixture newQueue(RetryPolicy policy) {
        return new DynQueueFixture(Counterpart.local(), policy);
    }

    /** A submit takes a millisecond and more there. */
    @Override
    public int deep() {
        return 300;
    }
}
