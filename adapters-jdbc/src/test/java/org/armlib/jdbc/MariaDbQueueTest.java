package org.armlib.jdbc;

import org.armlib.jdbc.servers.MariaDbServer;

class MariaDbQueueTest implements JdbcContract {
    @Override
    public String url() {
        return MariaDbServer.shared().url();
    }
}
