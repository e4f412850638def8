package org.armlib.jdbc.servers;

class MariaDbServerTest extends DatabaseServerContract {
    MariaDbServerTest() {
        super(MariaDbServer.class);
    }

    @Override
    DatabaseServer shared() {
        return MariaDbServer.shared();
    }
}
