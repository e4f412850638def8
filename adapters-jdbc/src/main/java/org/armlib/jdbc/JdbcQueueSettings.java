package org.armlib.jdbc;

import java.time.Duration;
import java.util.Optional;
import org.armlib.domain.InvalidRequestException;

/**
 * How a queue uses its database.
 *
 * @param tablePrefix how the names of its tables begin: lower case, so that several queues share a database
 * @param schema the schema of its tables, empty for the connection's own
 * @param dialect the database's language, empty to ask the connection
 * @param migrate whether tables are made and brought up to date at the start; if not, it is an error that they are not
 * @param pollInterval how often a worker that waits looks for what other servers have submitted, where the database
 *     does not say so
 * @param retryFor how long an operation is tried again while the database cannot be reached
 * @param sessions how many connections are used at once, at least 2
 * @param socketTimeout how long a connection may be without an answer while the server does not work for it; then it is
 *     taken for dead
 */
public record JdbcQueueSettings(
        String tablePrefix,
        Optional<String> schema,
        Optional<Database> dialect,
        boolean migrate,
        Duration pollInterval,
        Duration retryFor,
        int sessions,
        Duration socketTimeout) {
    /** The shortest time until a connection is taken for dead. */
    public static final Duration MIN_SOCKET_TIMEOUT = Duration.ofSeconds(1);

    /** The longest time until a connection is taken for dead. */
    public static final Duration MAX_SOCKET_TIMEOUT = Duration.ofMinutes(10);

    /**
     * Tables {@code armlib_...}, made where they are missing; a look a second, 5 seconds of patience, 8 sessions, 10 seconds
     * until a silent connection is taken for dead.
     */
    public static final JdbcQueueSettings DEFAULT = new JdbcQueueSettings(
            "armlib_",
            Optional.empty(),
            Optional.empty(),
            true,
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            8,
            Duration.ofSeconds(10));

    /** @throws InvalidRequestException if a value makes no sense */
    public JdbcQueueSettings {
        if (sessions < 2) {
            throw new InvalidRequestException("sessions", "is " + sessions + "; at least 2 are needed");
        }
        if (pollInterval.isNegative() || pollInterval.isZero() || retryFor.isNegative()) {
            throw new InvalidRequestException(
                    "poll-interval", "is " + pollInterval + ", and retry-for " + retryFor + "; neither goes backwards");
        }
        if (socketTimeout.compareTo(MIN_SOCKET_TIMEOUT) < 0 || socketTimeout.compareTo(MAX_SOCKET_TIMEOUT) > 0) {
            throw new InvalidRequestException(
                    "socket-timeout",
                    "must be from " + MIN_SOCKET_TIMEOUT + " to " + MAX_SOCKET_TIMEOUT + ", was " + socketTimeout);
        }
        new Names(schema, tablePrefix);
    }

    /** These settings, with other names for the tables. */
    public JdbcQueueSettings withTablePrefix(String prefix) {
        return new JdbcQueueSettings(prefix, schema, dialect, migrate, pollInterval, retryFor, sessions, socketTimeout);
    }

    /** These settings, with the tables in {@code name}. */
    public JdbcQueueSettings withSchema(String name) {
        return new JdbcQueueSettings(
                tablePrefix, Optional.of(name), dialect, migrate, pollInterval, retryFor, sessions, socketTimeout);
    }

    /** These settings, with the language of {@code database}. */
    public JdbcQueueSettings withDialect(Database database) {
        return new JdbcQueueSettings(
                tablePrefix, schema, Optional.of(database), migrate, pollInterval, retryFor, sessions, socketTimeout);
    }

    /** These settings, under which the tables must be there. */
    public JdbcQueueSettings withoutMigration() {
        return new JdbcQueueSettings(
                tablePrefix, schema, dialect, false, pollInterval, retryFor, sessions, socketTimeout);
    }

    /** These settings, with another time between looks. */
    public JdbcQueueSettings withPollInterval(Duration interval) {
        return new JdbcQueueSettings(
                tablePrefix, schema, dialect, migrate, interval, retryFor, sessions, socketTimeout);
    }

    /** These settings, with more patience or less. */
    public JdbcQueueSettings withRetryFor(Duration patience) {
        return new JdbcQueueSettings(
                tablePrefix, schema, dialect, migrate, pollInterval, patience, sessions, socketTimeout);
    }

    /** These settings, with more connections or fewer. */
    public JdbcQueueSettings withSessions(int count) {
        return new JdbcQueueSettings(
                tablePrefix, schema, dialect, migrate, pollInterval, retryFor, count, socketTimeout);
    }

    /** These settings, with another time until a connection that does not answer is taken for dead. */
    public JdbcQueueSettings withSocketTimeout(Duration timeout) {
        return new JdbcQueueSettings(tablePrefix, schema, dialect, migrate, pollInterval, retryFor, sessions, timeout);
    }

    Names names() {
        return new Names(schema, tablePrefix);
    }
}
