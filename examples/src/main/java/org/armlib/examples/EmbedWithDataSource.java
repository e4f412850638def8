package org.armlib.examples;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.JdbcQueueManager;
import org.armlib.jdbc.JdbcQueueModule;
import org.armlib.jdbc.JdbcQueueSettings;
import org.armlib.ports.Enqueued;
import org.armlib.ports.RequestProcessor;

/** Keeps the queue in the program's own database, and submits as part of the program's own transactions. */
final class EmbedWithDataSource {
    private EmbedWithDataSource() {}

    /** armlib with its queue in the database of {@code source}, everything else by an app.conf. */
    static Armlib start(DataSource source, RequestProcessor processor) {
        return Armlib.builder()
                .appConf("cache.adapter = memory")
                .install(new JdbcQueueModule(source, JdbcQueueSettings.DEFAULT))
                .processor(processor)
                .start();
    }

    /** The queue alone, in the database of {@code source}. */
    static JdbcQueueManager open(DataSource source) {
        return new JdbcQueueManager(source, JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT);
    }

    /** Books an order and has its report made, both or neither. */
    static Enqueued order(int number, BatchRequest report, DataSource source, JdbcQueueManager queue)
            throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement book = connection.prepareStatement("INSERT INTO orders (id) VALUES (?)")) {
            connection.setAutoCommit(false);
            try {
                Enqueued enqueued = queue.submit(report, connection);
                book.setInt(1, number);
                book.executeUpdate();
                connection.commit();
                return enqueued;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }
}
