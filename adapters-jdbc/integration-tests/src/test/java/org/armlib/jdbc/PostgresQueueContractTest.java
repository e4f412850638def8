package org.armlib.jdbc;

import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.servers.PostgresServer;
import org.armlib.tck.DurableQueueContract;
import org.armlib.tck.DurableQueueFixture;

class PostgresQueueContractTest implements DurableQueueContract {
    @Override
    public DurableQueueFixture newQueue(RetryPolicy policy) {
        return new JdbcQueueFixture(PostgresServer.shared().url(), policy);
    }
}
