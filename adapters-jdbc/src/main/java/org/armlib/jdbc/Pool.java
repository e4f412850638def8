package org.armlib.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.armlib.ports.QueueException;

/** The connections of a queue that was told where its database is. */
final class Pool {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Of a connection that was idle, before it is used. */
    private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(250);

    private Pool() {}

    /**
     * Opens a pool with one connection in it.
     *
     * @throws QueueException in the driver's words, at once if it cannot get better, else when it has not for as long as
     *     one connection may take
     */
    static HikariDataSource open(JdbcAccess access, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("armlib-jdbc");
        DriverSource source = source(access);
        config.setDataSource(source);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(Math.min(2, size));
        config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
        config.setValidationTimeout(VALIDATION_TIMEOUT.toMillis());
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        // Makes a connection before it returns.
        config.setInitializationFailTimeout(0);
        config.setExceptionOverride(new StandbyOverride());
        // The pool would hide why there is no connection. H2 closes a database with the last one, so this ends after.
        try {
            Connection first = connect(source);
            try {
                return new HikariDataSource(config);
            } catch (HikariPool.PoolInitializationException e) {
                // The connection after the first was cut before it was set up.
                throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e);
            } finally {
                first.close();
            }
        } catch (SQLException e) {
            throw Faults.unopened("the queue in " + access, e, access::hiddenIn);
        }
    }

    /**
     * Has a pool replace its connections, since they may have died together: idle ones now, others when they are returned.
     * Does nothing if {@code source} is not of a kind that can do that.
     */
    static void replaceConnections(DataSource source) {
        if (source instanceof HikariDataSource pool && pool.getHikariPoolMXBean() != null) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    private static Connection connect(DriverSource source) throws SQLException {
        long deadline = System.nanoTime() + CONNECT_TIMEOUT.minus(PAUSE).toNanos();
        while (true) {
            try {
                return source.getConnection();
            } catch (SQLException e) {
                if (!Faults.mayPass(e)
                        || System.nanoTime() - deadline >= 0
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static DriverSource source(JdbcAccess access) {
        try {
            return DriverSource.of(access, durable(access.url()), Math.toIntExact(CONNECT_TIMEOUT.toSeconds()));
        } catch (SQLException e) {
            throw new QueueException(
                    "cannot open the queue in " + access
                            + ": no driver takes that URL; correct it, or put the driver on the class path",
                    Optional.empty(),
                    false,
                    e);
        }
    }

    /**
     * H2 by itself loses what was committed in the last half second, closes before those who use it, and writes what it
     * throws to a file as well, or to standard error where it cannot.
     */
    private static String durable(String url) {
        if (!url.startsWith("jdbc:h2:")) {
            return url;
        }
        String upper = url.toUpperCase(Locale.ROOT);
        return url
                + (upper.contains(";WRITE_DELAY=") ? "" : ";WRITE_DELAY=0")
                + (upper.contains(";DB_CLOSE_ON_EXIT=") ? "" : ";DB_CLOSE_ON_EXIT=FALSE")
                + (upper.contains(";TRACE_LEVEL_FILE=") ? "" : ";TRACE_LEVEL_FILE=0");
    }

    /** Gives up connections that lead to a standby, as they do after a failover. */
    private static final class StandbyOverride implements SQLExceptionOverride {
        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException e) {
            return Faults.isReadOnly(e)
                    ? SQLExceptionOverride.Override.MUST_EVICT
                    : SQLExceptionOverride.Override.CONTINUE_EVICT;
        }
    }
}
