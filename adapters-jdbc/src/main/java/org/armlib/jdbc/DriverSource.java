package org.armlib.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections by the driver of a URL, which is loaded by name: {@link DriverManager} does not see the drivers of a web
 * application. The time-out of a connection is a property of it, as that of {@code DriverManager} is the whole JVM's.
 */
final class DriverSource implements DataSource {
    private static final Map<String, String> DRIVERS = Map.of(
            "jdbc:h2:", "org.h2.Driver",
            "jdbc:postgresql:", "org.postgresql.Driver",
            "jdbc:mariadb:", "org.mariadb.jdbc.Driver",
            "jdbc:mysql:", "com.mysql.cj.jdbc.Driver");

    private final Driver driver;
    private final String url;
    private final Properties properties;
    private final int connectSeconds;

    private DriverSource(Driver driver, String url, Properties properties, int connectSeconds) {
        this.connectSeconds = connectSeconds;
        this.driver = driver;
        this.url = url;
        this.properties = properties;
    }

    /**
     * Finds the driver: by its name in the class loaders of this class and of the thread, or registered by the program.
     *
     * @param connectSeconds how long logging in may take, unless the URL says so
     * @throws SQLException if no driver takes the URL
     */
    static DriverSource of(JdbcAccess access, String url, int connectSeconds) throws SQLException {
        Properties properties = new Properties();
        access.user().ifPresent(user -> properties.setProperty("user", user));
        access.password().ifPresent(password -> properties.setProperty("password", password));
        if (url.startsWith("jdbc:postgresql:") && !url.contains("loginTimeout=")) {
            properties.setProperty("loginTimeout", String.valueOf(connectSeconds));
        } else if (url.startsWith("jdbc:mariadb:") && !url.contains("connectTimeout=")) {
            properties.setProperty("connectTimeout", String.valueOf(connectSeconds * 1000));
        }
        Optional<Driver> byName = byName(url);
        Driver driver = byName.isPresent() ? byName.get() : DriverManager.getDriver(url);
        return new DriverSource(driver, url, properties, connectSeconds);
    }

    private static Optional<Driver> byName(String url) {
        return DRIVERS.entrySet().stream()
                .filter(entry -> url.startsWith(entry.getKey()))
                .flatMap(entry -> Stream.of(
                                DriverSource.class.getClassLoader(),
                                Thread.currentThread().getContextClassLoader())
                        .flatMap(loader -> load(entry.getValue(), loader).stream()))
                .findFirst();
    }

    private static Optional<Driver> load(String name, @Nullable ClassLoader loader) {
        try {
            return Optional.of(Class.forName(name, true, loader)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance());
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            return Optional.empty();
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return connect(properties);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        Properties other = new Properties();
        other.putAll(properties);
        other.setProperty("user", user);
        other.setProperty("password", password);
        return connect(other);
    }

    private Connection connect(Properties with) throws SQLException {
        Connection connection = driver.connect(url, with);
        if (connection == null) {
            throw new SQLException(driver.getClass().getName() + " does not take that URL", "08001");
        }
        return connection;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // Drivers log by themselves.
    }

    /** Does nothing: the time-out is a property of the connection. */
    @Override
    public void setLoginTimeout(int seconds) {
        // See the properties.
    }

    /** {@inheritDoc} A pool that closes waits that long for a connection that it is making. */
    @Override
    public int getLoginTimeout() {
        return connectSeconds;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return driver.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
