package org.armlib.jdbc;

import org.armlib.domain.RetryPolicy;
import org.armlib.tck.DurableQueueContract;
import org.armlib.tck.DurableQueueFixture;

class MachinePostgresQueueContractTest implements DurableQueueContract {
    @Override
    public DurableQueueFixture newQueue(RetryPolicy policy) {
        return new JdbcQueueFixture(MachinePostgres.server().url(), policy);
    }
}
