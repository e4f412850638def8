package org.armlib.aws.dynamodb;

import org.armlib.domain.RetryPolicy;
import org.armlib.tck.DurableQueueContract;
import org.armlib.tck.DurableQueueFixture;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "org.armlib.aws.dynamodb.LocalStack#isThere", disabledReason = "there is no Docker")
class LocalStackQueueContractTest implements DurableQueueContract {
    @Override
    public DurableQueueFixture newQueue(RetryPolicy policy) {
        return new DynQueueFixture(LocalStack.counterpart(), policy);
    }
}
