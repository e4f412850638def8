package org.armlib.jdbc;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue's connections: borrowed from a {@link DataSource}, set to what the queue needs, watched while they are used,
 * and returned as they came. Nothing stays behind in the server's session, which a connection pooler may share among
 * clients. Safe for use by many threads.
 */
final class Connections implements ConnectionFactory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final int NOT_SUPPORTED = -1;

    private final DataSource source;
    private final ServerFacts facts;
    private final ConnectionWatchdog watchdog;
    private final Map<Connection, Borrowed> borrowed = Collections.synchronizedMap(new IdentityHashMap<>());

    /** Work with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** How a connection came. */
    private record Borrowed(
            boolean autoCommit, int prepareThreshold, int readTimeout, ConnectionWatchdog.Watch watch) {}

    /**
     * Connections of {@code source}.
     *
     * @param limit how long a call waits for a server that does not work for it
     * @param onLoss runs when a connection was found dead, since others may be too
     */
    Connections(DataSource source, ServerFacts facts, Duration limit, Runnable onLoss) {
        this.source = source;
        this.facts = facts;
        this.watchdog = new ConnectionWatchdog(
                limit,
                onLoss,
                facts.database().isWorkingQuery().map(query -> connection -> isWorking(query, limit, connection)));
    }

    @Override
    public Connection openConnection() throws SQLException {
        long deadline = System.nanoTime() + watchdog.limit().toNanos();
        while (true) {
            Connection connection = source.getConnection();
            ConnectionWatchdog.Watch watch = watchdog.watch(connection);
            try {
                borrowed.put(connection, setUp(connection, watch));
                return connection;
            } catch (SQLException e) {
                watch.end();
                closeQuietly(connection);
                // A pool may hold several that died together.
                if (!watchdog.isSuspicious() || System.nanoTime() - deadline >= 0) {
                    throw e;
                }
            }
        }
    }

    private Borrowed setUp(Connection connection, ConnectionWatchdog.Watch watch) throws SQLException {
        if (watchdog.isSuspicious()) {
            withReadTimeout(connection, PROBE_TIMEOUT, Connections::probe);
        }
        int readTimeout = NOT_SUPPORTED;
        if (facts.database().limitsReads()) {
            readTimeout =
                    setReadTimeout(connection, Math.toIntExact(watchdog.limit().toMillis()));
        }
        Borrowed as = new Borrowed(connection.getAutoCommit(), setPrepareThreshold(connection, 0), readTimeout, watch);
        if (!as.autoCommit()) {
            connection.setAutoCommit(true);
        }
        if (facts.resetsIsolation()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
        return as;
    }

    @Override
    public void closeConnection(Connection connection) {
        Borrowed as = borrowed.remove(connection);
        if (as != null) {
            try {
                restore(connection, as);
            } catch (SQLException e) {
                LOG.debug("a connection was lost before it was returned", e);
            } finally {
                as.watch().end();
            }
        }
        closeQuietly(connection);
    }

    private void restore(Connection connection, Borrowed as) throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        if (facts.resetsIsolation()) {
            connection.setTransactionIsolation(facts.isolation());
        }
        if (as.prepareThreshold() != NOT_SUPPORTED) {
            setPrepareThreshold(connection, as.prepareThreshold());
        }
        if (!as.autoCommit()) {
            connection.setAutoCommit(false);
        }
        setReadTimeout(connection, as.readTimeout());
    }

    /** Runs work on a connection that may be idle for long, and so is not watched: each read waits for that time at most. */
    <T> T unwatched(Duration readTimeout, Work<T> work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return withReadTimeout(connection, readTimeout, own -> {
                boolean autoCommit = own.getAutoCommit();
                if (!autoCommit) {
                    own.setAutoCommit(true);
                }
                T answer = work.run(own);
                if (!autoCommit) {
                    own.setAutoCommit(false);
                }
                return answer;
            });
        }
    }

    /** Asks the server, by another connection, whether it works for {@code connection}. */
    private boolean isWorking(String query, Duration limit, Connection connection) throws SQLException {
        long id = Database.sessionId(connection);
        return unwatched(PROBE_TIMEOUT, other -> {
            try (var statement = other.prepareStatement(query)) {
                statement.setLong(1, limit.toMillis());
                statement.setLong(2, id);
                try (var row = statement.executeQuery()) {
                    return row.next() && row.getBoolean(1);
                }
            }
        });
    }

    /** A query on a connection: the pool gives up one that throws. */
    static Connection probe(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
        return connection;
    }

    /** Runs work during which each read waits for that time at most, where the driver can do that. */
    static <T> T withReadTimeout(Connection connection, Duration timeout, Work<T> work) throws SQLException {
        int before = setReadTimeout(connection, Math.toIntExact(timeout.toMillis()));
        T answer = work.run(connection);
        setReadTimeout(connection, before);
        return answer;
    }

    /** Sets how many milliseconds each read waits at most, 0 for ever, and returns what it was, where the driver can. */
    private static int setReadTimeout(Connection connection, int millis) throws SQLException {
        if (millis == NOT_SUPPORTED) {
            return NOT_SUPPORTED;
        }
        try {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, millis);
            return before;
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            return NOT_SUPPORTED;
        }
    }

    /**
     * Sets after how many uses PostgreSQL's driver has the server keep a statement and its plan: at 0 never, so that each
     * plan is made for the tables as they are. This is state of the driver. Returns what it was.
     */
    private int setPrepareThreshold(Connection connection, int threshold) throws SQLException {
        if (facts.database() != Database.POSTGRESQL || !connection.isWrapperFor(PGConnection.class)) {
            return NOT_SUPPORTED;
        }
        PGConnection driver = connection.unwrap(PGConnection.class);
        int before = driver.getPrepareThreshold();
        driver.setPrepareThreshold(threshold);
        return before;
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a lost connection was not closed", e);
        }
    }

    /** Notes an error: one by which a read ended in vain says that other connections may be dead too. */
    void failed(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                watchdog.lost();
                return;
            }
        }
    }

    /** Aborts the connections that are in use, for their users are to end. */
    void abort() {
        watchdog.abortAll();
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
