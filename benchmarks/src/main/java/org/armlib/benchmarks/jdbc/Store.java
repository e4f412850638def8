package org.armlib.benchmarks.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.armlib.benchmarks.BenchmarkFailure;
import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.JdbcAccess;
import org.armlib.jdbc.JdbcQueueManager;
import org.armlib.jdbc.JdbcQueueSettings;

/** A database behind a pool of connections, the same for every contender. */
final class Store implements AutoCloseable {
    /** More than any contender has threads: none waits for a connection. */
    static final int POOL = 24;

    private final HikariDataSource pool;
    private final List<String> settling;
    private final String numbers;

    private final Function<DataSource, JdbcQueueManager> queue;

    private Store(
            HikariConfig config, List<String> settling, String numbers, Function<DataSource, JdbcQueueManager> queue) {
        this.pool = new HikariDataSource(config);
        this.settling = settling;
        this.numbers = numbers;
        this.queue = queue;
    }

    static Store postgres(String url) {
        return postgres(url, POOL);
    }

    static Store postgres(String url, int pool) {
        return new Store(
                config(url, pool),
                List.of("VACUUM ANALYZE", "CHECKPOINT"),
                "generate_series(1, %d) AS numbers(n)",
                source -> JdbcQueueManager.open(JdbcAccess.to(url), JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT));
    }

    /** An H2 file; {@code options} follow the name in the URL. */
    static Store h2(Path file, String options) {
        return new Store(
                config("jdbc:h2:file:" + file + options, POOL),
                List.of("ANALYZE", "CHECKPOINT SYNC"),
                "(SELECT X AS n FROM SYSTEM_RANGE(1, %d)) numbers",
                source -> new JdbcQueueManager(source, JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT));
    }

    static Store mariaDb(String url, int pool) {
        return new Store(
                config(url, pool),
                List.of(),
                "(SELECT seq AS n FROM seq_1_to_%d) numbers",
                source -> JdbcQueueManager.open(JdbcAccess.to(url), JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT));
    }

    private static HikariConfig config(String url, int pool) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(pool);
        config.setMinimumIdle(pool);
        return config;
    }

    DataSource dataSource() {
        return pool;
    }

    /** A queue here: on PostgreSQL with the fewer connections that it opens by itself. */
    JdbcQueueManager openQueue() {
        return queue.apply(pool);
    }

    /** A table expression for the numbers from 1 to {@code count}, in the column {@code n}. */
    String numbers(int count) {
        return numbers.formatted(count);
    }

    /** Does what a database does by itself in the hours that a benchmark does not have. */
    void settle() {
        settling.forEach(this::execute);
    }

    void execute(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new BenchmarkFailure(sql, e);
        }
    }

    /** The number that a query answers. */
    long number(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new BenchmarkFailure(sql, e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
