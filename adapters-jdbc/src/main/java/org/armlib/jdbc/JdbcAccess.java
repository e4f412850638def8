package org.armlib.jdbc;

import java.util.Optional;

/**
 * How to reach a database.
 *
 * @param url the JDBC URL
 * @param user whom to connect as, empty if the URL says so or nobody is asked
 * @param password that user's password; never shown
 */
public record JdbcAccess(String url, Optional<String> user, Optional<String> password) {
    /** A database that asks for no user, or whose URL names one. */
    public static JdbcAccess to(String url) {
        return new JdbcAccess(url, Optional.empty(), Optional.empty());
    }

    /** A database that asks for a user. */
    public static JdbcAccess to(String url, String user, String password) {
        return new JdbcAccess(url, Optional.of(user), Optional.of(password));
    }

    @Override
    public String toString() {
        return withoutPassword(url) + user.map(name -> " as " + name).orElse("");
    }

    /** A text without the passwords of URLs in it. */
    static String withoutPassword(String text) {
        return text.replaceAll("(?i)(password=)[^&;]*", "$1***");
    }
}
