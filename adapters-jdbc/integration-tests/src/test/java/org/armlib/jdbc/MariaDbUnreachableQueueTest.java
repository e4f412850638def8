package org.armlib.jdbc;

import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.servers.MariaDbServer;
import org.armlib.tck.UnreachableQueueContract;
import org.armlib.tck.UnreachableQueueFixture;

class MariaDbUnreachableQueueTest implements UnreachableQueueContract {
    private static final String URL = MariaDbServer.shared().newDatabase();

    @Override
    public UnreachableQueueFixture newUnreachableQueue(RetryPolicy policy) {
        return new UnreachableDatabaseFixture(URL, policy);
    }
}
