package org.armlib.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/** The connections of a queue that was told where its database is. */
final class Pool {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private Pool() {}

    static HikariDataSource open(JdbcAccess access, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("armlib-jdbc");
        config.setJdbcUrl(durable(access.url()));
        access.user().ifPresent(config::setUsername);
        access.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(Math.min(2, size));
        config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        if (access.url().startsWith("jdbc:postgresql:")) {
            // A plan that was made while a table was empty, to read all of it, would be used when it no longer is.
            config.setConnectionInitSql("SET enable_seqscan = off");
        }
        config.setInitializationFailTimeout(-1);
        config.setExceptionOverride(new StandbyOverride());
        return new HikariDataSource(config);
    }

    /** H2 by itself loses what was committed in the last half second, and closes before those who use it. */
    private static String durable(String url) {
        if (!url.startsWith("jdbc:h2:")) {
            return url;
        }
        String upper = url.toUpperCase(Locale.ROOT);
        return url
                + (upper.contains(";WRITE_DELAY=") ? "" : ";WRITE_DELAY=0")
                + (upper.contains(";DB_CLOSE_ON_EXIT=") ? "" : ";DB_CLOSE_ON_EXIT=FALSE");
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
