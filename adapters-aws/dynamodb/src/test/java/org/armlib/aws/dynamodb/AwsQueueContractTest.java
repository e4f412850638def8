package org.armlib.aws.dynamodb;

import org.armlib.aws.AwsAccess;
import org.armlib.domain.RetryPolicy;
import org.armlib.tck.DurableQueueContract;
import org.armlib.tck.DurableQueueFixture;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** In the account that the environment leads to; costs a few cents. */
@EnabledIfEnvironmentVariable(named = "ARMLIB_AWS_IT", matches = "1", disabledReason = "ARMLIB_AWS_IT is not 1")
class AwsQueueContractTest implements DurableQueueContract {
    private static final Counterpart AWS = new Counterpart("AWS", AwsAccess.DEFAULT, true);

    @Override
    public DurableQueueFixture newQueue(RetryPolicy policy) {
        return new DynQueueFixture(AWS, policy);
    }
}
