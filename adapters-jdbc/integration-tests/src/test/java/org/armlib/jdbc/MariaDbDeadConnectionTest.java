package org.armlib.jdbc;

import org.armlib.jdbc.servers.MariaDbServer;

class MariaDbDeadConnectionTest implements DeadConnectionContract {
    private static final String URL = MariaDbServer.shared().newDatabase();

    @Override
    public String url() {
        return URL;
    }
}
