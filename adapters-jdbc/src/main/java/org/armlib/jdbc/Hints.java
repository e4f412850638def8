package org.armlib.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Words between servers that there is something to lease, which spare them time; all is as well without. */
interface Hints extends AutoCloseable {
    /** No words are passed: the database has no way. */
    Hints NONE = new Hints() {
        @Override
        public void listen() {}

        @Override
        public void tell() {}

        @Override
        public void tell(Connection connection) {}

        @Override
        public void close() {}
    };

    /** Begins to listen, if that was not done before. */
    void listen();

    /** Tells other servers, soon, and once for all that happens until then. */
    void tell();

    /** Tells all servers, this one too, once the transaction of {@code connection} commits. */
    void tell(Connection connection) throws SQLException;

    @Override
    void close();
}
