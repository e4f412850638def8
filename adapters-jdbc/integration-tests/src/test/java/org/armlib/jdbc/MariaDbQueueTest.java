package org.armlib.jdbc;

import org.armlib.jdbc.servers.MariaDbServer;

class MariaDbQueueTest implements JdbcContract {
    private static final String URL = MariaDbServer.shared().newDatabase();

    @Override
    public String url() {
        return URL;
    }
}
