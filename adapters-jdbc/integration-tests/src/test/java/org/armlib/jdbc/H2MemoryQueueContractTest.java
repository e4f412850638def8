package org.armlib.jdbc;

import org.armlib.domain.RetryPolicy;
import org.armlib.tck.QueueContract;
import org.armlib.tck.QueueFixture;

class H2MemoryQueueContractTest implements QueueContract {
    @Override
    public QueueFixture newQueue(RetryPolicy policy) {
        return new JdbcQueueFixture("jdbc:h2:mem:contract;DB_CLOSE_DELAY=-1", policy);
    }
}
