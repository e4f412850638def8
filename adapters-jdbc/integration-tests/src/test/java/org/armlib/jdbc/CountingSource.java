package org.armlib.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Notes the statements that are prepared on its connections. */
final class CountingSource extends HikariDataSource {
    private final List<String> prepared = new CopyOnWriteArrayList<>();

    CountingSource(String url) {
        setJdbcUrl(url);
    }

    /** Returns the statements that were prepared while {@code work} ran. */
    List<String> statements(Runnable work) {
        prepared.clear();
        work.run();
        return List.copyOf(prepared);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return (Connection) Proxy.newProxyInstance(
                CountingSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> note(connection, method, arguments));
    }

    private @Nullable Object note(Connection connection, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().startsWith("prepareStatement") && arguments != null) {
            prepared.add(String.valueOf(arguments[0]));
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
