package org.armlib.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import org.postgresql.PGConnection;

/** The databases that the queue can live in. */
public enum Database {
    /** H2, in the process or in a file. */
    H2("h2", 2, 0),
    /** PostgreSQL 12 or later. */
    POSTGRESQL("postgresql", 12, 0),
    /** MariaDB 10.6 or later. */
    MARIADB("mariadb", 10, 6),
    /** MySQL 8 or later; its tables are MariaDB's. */
    MYSQL("mariadb", 8, 0);

    private static final String POSTGRESQL_IS_WORKING = "SELECT (state = 'active' AND wait_event_type IS DISTINCT FROM"
            + " 'Client') OR state_change > clock_timestamp() - ? * interval '1 millisecond'"
            + " FROM pg_stat_activity WHERE pid = ?";
    private final String folder;
    private final int minMajor;
    private final int minMinor;

    Database(String folder, int minMajor, int minMinor) {
        this.folder = folder;
        this.minMajor = minMajor;
        this.minMinor = minMinor;
    }

    /** The major number of the first version that has what the queue needs. */
    int minMajor() {
        return minMajor;
    }

    /** The minor number of that version. */
    int minMinor() {
        return minMinor;
    }

    /**
     * A query that says of a session whether the server works for it, or did within some time: its parameters are that
     * time in milliseconds and {@link #sessionId}. Empty where reads are limited instead, because the driver cannot break
     * a connection that another thread reads from, or where there is no network.
     */
    Optional<String> isWorkingQuery() {
        return this == POSTGRESQL ? Optional.of(POSTGRESQL_IS_WORKING) : Optional.empty();
    }

    /** Whether each read from the server is limited in time. */
    boolean limitsReads() {
        return this == MARIADB || this == MYSQL;
    }

    /** The number by which the server knows a connection, without asking it. */
    static long sessionId(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    /** Where its migrations are. */
    String folder() {
        return "org/armlib/jdbc/" + folder;
    }

    /** Whether its driver goes on when the thread that uses it is interrupted: H2 closes the file then. */
    boolean bearsInterruption() {
        return this != H2;
    }

    /** The database that a connection leads to. */
    static Database of(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        return of(metaData.getDatabaseProductName(), metaData.getDatabaseProductVersion());
    }

    /** The database that a JDBC URL is for. */
    static Database of(String url) {
        String[] parts = url.split(":", 3);
        return of(parts.length > 1 && parts[0].equals("jdbc") ? parts[1] : url, "");
    }

    private static Database of(String product, String version) {
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "h2" -> H2;
            case "postgresql" -> POSTGRESQL;
            // The driver of the one says so of the other's server in its version alone.
            case "mariadb" -> MARIADB;
            case "mysql" -> version.toLowerCase(Locale.ROOT).contains("mariadb") ? MARIADB : MYSQL;
            default ->
                throw new UnknownDatabaseException(
                        "'" + product + "' is no database that the queue knows; it knows H2, PostgreSQL, MariaDB and"
                                + " MySQL. If yours speaks the language of one of them, name that one as the dialect");
        };
    }
}
