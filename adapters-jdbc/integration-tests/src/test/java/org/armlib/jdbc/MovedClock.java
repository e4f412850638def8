package org.armlib.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** The database's own clock, set forward by what a table says: for every process that uses the same tables. */
final class MovedClock implements Clockwork {
    static final MovedClock INSTANCE = new MovedClock();

    private MovedClock() {}

    @Override
    public String now(Database database, Names names) {
        return "(" + REAL.now(database, names) + " + (SELECT ahead FROM " + table(names) + "))";
    }

    static void make(String url, Names names) throws SQLException {
        execute(url, "CREATE TABLE " + table(names) + " (ahead bigint)");
        execute(url, "INSERT INTO " + table(names) + " VALUES (0)");
    }

    static void advance(String url, Names names, Duration time) throws SQLException {
        execute(url, "UPDATE " + table(names) + " SET ahead = ahead + " + Times.micros(time));
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String table(Names names) {
        return names.qualified() + "clock";
    }
}
