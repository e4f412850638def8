package org.armlib.examples;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.JdbcQueueManager;
import org.armlib.jdbc.JdbcQueueSettings;
import org.armlib.ports.RequestManager;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.Submitted;

/** Keeps the queue in the program's own database, and submits as part of the program's own transactions. */
final class EmbedWithDataSource {
    private EmbedWithDataSource() {}

    /** armlib with its queue in the database of {@code source}, measured into the program's registry. */
    static Armlib start(DataSource source, MeterRegistry registry, RequestProcessor processor) {
        return Armlib.builder()
                .set("cache.adapter", "memory")
                .dataSource(source)
                .meterRegistry(registry)
                .processor(processor)
                .start();
    }

    /** The queue alone, in the database of {@code source}. */
    static JdbcQueueManager open(DataSource source) {
        return new JdbcQueueManager(source, JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT);
    }

    /** Books an order and has its report made, both or neither. */
    static Submitted order(int number, BatchRequest report, DataSource source, RequestManager requests)
            throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement book = connection.prepareStatement("INSERT INTO orders (id) VALUES (?)")) {
            connection.setAutoCommit(false);
            try {
                Submitted submitted = requests.submit(report, connection);
                book.setInt(1, number);
                book.executeUpdate();
                connection.commit();
                return submitted;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }
}
