package org.armlib.jdbc;

import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.servers.PostgresServer;
import org.armlib.tck.UnreachableQueueContract;
import org.armlib.tck.UnreachableQueueFixture;

class PostgresUnreachableQueueTest implements UnreachableQueueContract {
    @Override
    public UnreachableQueueFixture newUnreachableQueue(RetryPolicy policy) {
        return new UnreachableDatabaseFixture(PostgresServer.shared().url(), policy);
    }
}
