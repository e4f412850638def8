package org.armlib.benchmarks.jdbc;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.armlib.domain.RequestKey;

/** Rows for the tables of a {@link org.armlib.jdbc.JdbcQueueManager}, without the queue. */
final class QueueTables {
    private static final String LIVE_COLUMNS = """
            request_key, lane, state, submission, uri, parameters, sticky, estimate, submitted, attempts, fence,
            not_before""";

    /** What a finished request keeps of the live one. */
    static final String KEPT_COLUMNS =
            "request_key, lane, submission, uri, parameters, sticky, estimate, submitted, attempts, fence, token, started";

    private static final String ID = "LPAD(CONCAT('', n), 28, '0')";

    private static final UUID TOKEN = new UUID(0, 1);

    /** The time of PostgreSQL, in microseconds since 1970. */
    static final String NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private final Store store;
    private final String prefix;

    /** @param prefix of the tables' names */
    QueueTables(Store store, String prefix) {
        this.store = store;
        this.prefix = prefix;
    }

    void clear() {
        store.execute("TRUNCATE TABLE " + prefix + "live, " + prefix + "finished");
    }

    /** Adds {@code count} requests that wait. */
    void fill(int count) {
        store.execute("INSERT INTO " + prefix + "live (" + LIVE_COLUMNS + ") SELECT CONCAT('waiting-', n), 0, 'P', "
                + ID + ", '/report', '{}', FALSE, 0, " + now() + ", 0, 0, 0 FROM " + store.numbers(count));
    }

    /** Adds {@code count} completed requests. */
    void fillFinished(int count) {
        store.execute("INSERT INTO " + prefix + "finished (" + KEPT_COLUMNS + ", state, finished)"
                + " SELECT CONCAT('finished-', n), 0, " + ID + ", '/report', '{}', FALSE, 0, " + now() + ", 1, 1, '"
                + TOKEN + "', " + now() + ", 'C', " + now() + " + n FROM " + store.numbers(count));
    }

    /** Removes requests that wait. */
    void remove(List<RequestKey> keys) {
        store.execute("DELETE FROM " + prefix + "live WHERE request_key IN ("
                + keys.stream().map(key -> "'" + key + "'").collect(Collectors.joining(", ")) + ")");
    }

    /** The time of this machine, in microseconds since 1970. */
    private static long now() {
        return System.currentTimeMillis() * 1_000;
    }
}
