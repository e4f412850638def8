package org.armlib.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/** The databases that the queue can live in. */
public enum Database {
    /** H2, in the process or in a file. */
    H2("h2"),
    /** PostgreSQL 12 or later. */
    POSTGRESQL("postgresql"),
    /** MariaDB 10.6 or later. */
    MARIADB("mariadb"),
    /** MySQL 8 or later; its tables are MariaDB's. */
    MYSQL("mariadb");

    private final String folder;

    Database(String folder) {
        this.folder = folder;
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
