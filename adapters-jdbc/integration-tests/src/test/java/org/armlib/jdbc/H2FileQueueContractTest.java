package org.armlib.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.armlib.domain.RetryPolicy;
import org.armlib.tck.DurableQueueContract;
import org.armlib.tck.DurableQueueFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class H2FileQueueContractTest implements DurableQueueContract {
    @TempDir
    private Path folder;

    /** The pool closes its connections in the background, and the last one writes the database when it goes. */
    @AfterEach
    void closeDatabase() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:" + folder.resolve("queue"));
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        }
    }

    @Override
    public DurableQueueFixture newQueue(RetryPolicy policy) {
        return new JdbcQueueFixture("jdbc:h2:" + folder.resolve("queue") + ";WRITE_DELAY=0", policy);
    }
}
