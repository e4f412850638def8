package org.armlib.benchmarks.jdbc;

/** Rows for the tables of a {@link org.armlib.jdbc.JdbcQueueManager} on PostgreSQL, without the queue. */
final class QueueTables {
    private static final String LIVE_COLUMNS = """
            request_key, lane, state, submission, uri, parameters, sticky, estimate, submitted, attempts, fence,
            not_before""";

    /** What a finished request keeps of the live one. */
    static final String KEPT_COLUMNS =
            "request_key, lane, submission, uri, parameters, sticky, estimate, submitted, attempts, fence, token, started";

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
        store.execute("INSERT INTO " + prefix + "live (" + LIVE_COLUMNS + ") SELECT 'waiting-' || n, 0, 'P',"
                + " lpad(to_hex(n), 28, '0'), '/report', '{}', FALSE, 0, " + NOW + ", 0, 0, 0"
                + " FROM generate_series(1, " + count + ") n");
    }

    /** Adds {@code count} completed requests. */
    void fillFinished(int count) {
        store.execute("INSERT INTO " + prefix + "finished (" + KEPT_COLUMNS + ", state, finished)"
                + " SELECT 'finished-' || n, 0, lpad(to_hex(n), 28, '0'), '/report', '{}', FALSE, 0, " + NOW
                + ", 1, 1, gen_random_uuid()::text, " + NOW + ", 'C', " + NOW
                + " FROM generate_series(1, " + count + ") n");
    }
}
