package org.armlib.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.armlib.ports.QueueException;

/**
 * What a queue must know of its server before it opens, and checks.
 *
 * @param database its language
 * @param isolation the level that connections come with, of {@link Connection}
 * @param texts the texts that its character set can store
 */
record ServerFacts(Database database, int isolation, StoredText texts) {
    private static final String POSTGRESQL_FACTS =
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on',"
                    + " current_setting('server_encoding')";
    private static final String MARIADB_FACTS =
            "SELECT @@read_only, COALESCE((SELECT MIN(CHARACTER_SET_NAME) FROM information_schema.COLUMNS WHERE"
                    + " TABLE_SCHEMA = %s AND TABLE_NAME = '%slive' AND COLUMN_NAME IN ('uri', 'parameters', 'note',"
                    + " 'failure_message', 'held_reason') AND CHARACTER_SET_NAME <> 'utf8mb4'), 'utf8mb4')";

    /**
     * Checks that a queue can work with the connections of {@code source}.
     *
     * @throws QueueException if it cannot; the message says what to change
     * @throws UnknownDatabaseException if the database is not known
     */
    static ServerFacts check(DataSource source, JdbcQueueSettings settings) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return Connections.withReadTimeout(connection, settings.socketTimeout(), own -> {
                boolean autoCommit = own.getAutoCommit();
                if (!autoCommit) {
                    own.setAutoCommit(true);
                }
                ServerFacts facts = check(own, settings);
                if (!autoCommit) {
                    own.setAutoCommit(false);
                }
                return facts;
            });
        }
    }

    private static ServerFacts check(Connection connection, JdbcQueueSettings settings) throws SQLException {
        Database database = settings.dialect().isPresent() ? settings.dialect().get() : Database.of(connection);
        checkVersion(database, connection.getMetaData());
        if (connection.isReadOnly()) {
            throw new QueueException(
                    "cannot open the queue: the DataSource gives read-only connections; give the queue one whose"
                            + " connections may write",
                    false);
        }
        StoredText texts = switch (database) {
            case POSTGRESQL -> postgresTexts(connection);
            case MARIADB, MYSQL -> mariaDbTexts(connection, settings.names());
            case H2 -> StoredText.UNICODE;
        };
        return new ServerFacts(database, connection.getTransactionIsolation(), texts);
    }

    private static void checkVersion(Database database, DatabaseMetaData server) throws SQLException {
        int major = server.getDatabaseMajorVersion();
        int minor = server.getDatabaseMinorVersion();
        if (major < database.minMajor() || (major == database.minMajor() && minor < database.minMinor())) {
            throw new QueueException(
                    "cannot open the queue: the server is " + server.getDatabaseProductName() + " "
                            + server.getDatabaseProductVersion() + ", and the queue needs " + database.minMajor() + "."
                            + database.minMinor() + " or later; update the server",
                    false);
        }
    }

    private static StoredText postgresTexts(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(POSTGRESQL_FACTS)) {
            row.next();
            if (row.getBoolean(1)) {
                throw new QueueException(
                        "cannot open the queue: the server is a standby, or its transactions are read-only by default;"
                                + " connect to the primary (targetServerType=primary in the URL), or set"
                                + " default_transaction_read_only = off",
                        true);
            }
            return row.getString(2).equals("UTF8") ? StoredText.UNICODE : StoredText.ASCII;
        }
    }

    private static StoredText mariaDbTexts(Connection connection, Names names) throws SQLException {
        String schema = names.schema().map(name -> "'" + name + "'").orElse("DATABASE()");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(MARIADB_FACTS.formatted(schema, names.prefix()))) {
            row.next();
            return row.getString(2).equals("utf8mb4") ? StoredText.UNICODE : StoredText.ASCII;
        }
    }

    /** Whether connections are to be set to READ COMMITTED, and back, which costs nothing in an embedded database. */
    boolean resetsIsolation() {
        return database == Database.H2 && isolation != Connection.TRANSACTION_READ_COMMITTED;
    }

    /** A statement that a transaction begins with, so that it alone is READ COMMITTED; empty where it is that anyway. */
    Optional<String> transactionStart() {
        return database == Database.H2 || isolation == Connection.TRANSACTION_READ_COMMITTED
                ? Optional.empty()
                : Optional.of("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
    }
}
