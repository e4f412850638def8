package org.armlib.jdbc;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The JDBC drivers on the class path. */
final class Drivers {
    private static final Map<Database, String> ARTIFACTS = Map.of(
            Database.H2, "com.h2database:h2",
            Database.POSTGRESQL, "org.postgresql:postgresql",
            Database.MARIADB, "org.mariadb.jdbc:mariadb-java-client",
            Database.MYSQL, "com.mysql:mysql-connector-j");

    private Drivers() {}

    /** Why no connection to {@code url} can be opened, and what to do, if no driver accepts it. Connects to nothing. */
    static Optional<String> problem(String url, Database database) {
        if (isAccepted(url)) {
            return Optional.empty();
        }
        String wellFormed = scheme(url) + "//host/name";
        return Optional.of(
                isAccepted(wellFormed)
                        ? "the driver for '" + scheme(url) + "' does not accept this URL; write it as in " + wellFormed
                        : "no driver on the class path accepts a URL that begins with '" + scheme(url) + "'; add "
                                + ARTIFACTS.get(database) + advice(url, database));
    }

    private static String advice(String url, Database database) {
        String otherwise = url.replaceFirst("^jdbc:mysql:", "jdbc:mariadb:");
        return database == Database.MYSQL && isAccepted(otherwise)
                ? ", or write 'jdbc:mariadb:' for the driver of MariaDB, which connects to MySQL, too"
                : "";
    }

    private static String scheme(String url) {
        String[] parts = url.split(":", 3);
        return parts.length > 2 ? parts[0] + ":" + parts[1] + ":" : parts[0];
    }

    private static boolean isAccepted(String url) {
        return Stream.concat(DriverManager.drivers(), installed()).anyMatch(driver -> isAccepted(driver, url));
    }

    /** A web application's own drivers are not those of {@link DriverManager}. */
    private static Stream<Driver> installed() {
        return Stream.of(Drivers.class.getClassLoader(), Thread.currentThread().getContextClassLoader())
                .flatMap(loader -> ServiceLoader.load(Driver.class, loader).stream())
                .flatMap(Drivers::loaded);
    }

    private static Stream<Driver> loaded(ServiceLoader.Provider<Driver> provider) {
        try {
            return Stream.of(provider.get());
        } catch (ServiceConfigurationError | LinkageError e) {
            // A driver that cannot be loaded accepts nothing.
            return Stream.empty();
        }
    }

    private static boolean isAccepted(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException e) {
            return false;
        }
    }
}
