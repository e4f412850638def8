package org.armlib.jdbc;

import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.servers.MariaDbServer;
import org.armlib.tck.DurableQueueContract;
import org.armlib.tck.DurableQueueFixture;

class MariaDbQueueContractTest implements DurableQueueContract {
    private static final String URL = MariaDbServer.shared().newDatabase();

    @Override
    public DurableQueueFixture newQueue(RetryPolicy policy) {
        return new JdbcQueueFixture(URL, policy);
    }
}
