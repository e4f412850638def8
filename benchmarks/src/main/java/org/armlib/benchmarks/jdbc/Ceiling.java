package org.armlib.benchmarks.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.armlib.benchmarks.BenchmarkFailure;
import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.JdbcQueueManager;
import org.armlib.jdbc.JdbcQueueSettings;

/**
 * The bare statements that claiming and finishing cannot do without, in batches, each a transaction, on tables that the
 * queue has made: what the database can do when nobody waits for a single request.
 */
final class Ceiling {
    /** Of 1, 2, 3, 4 and 8. */
    static final int BEST_CONNECTIONS = 2;

    private static final String PREFIX = "ceiling_";
    private static final int BATCH = 100;

    private static final String CLAIM = """
            WITH c AS MATERIALIZED (
                SELECT request_key FROM ceiling_live WHERE state = 'P'
                ORDER BY lane, seq LIMIT %1$d FOR UPDATE SKIP LOCKED)
            UPDATE ceiling_live q SET state = 'R', attempts = attempts + 1, fence = fence + 1,
                token = gen_random_uuid()::text, worker = 'benchmark-1', started = %2$s, expires = %2$s + 60000000
            FROM c WHERE q.request_key = c.request_key
            RETURNING q.*""".formatted(BATCH, QueueTables.NOW);

    private static final String FINISH = """
            WITH gone AS (
                DELETE FROM ceiling_live q USING unnest(?, ?) AS d (request_key, token)
                WHERE q.request_key = d.request_key AND q.token = d.token AND q.state = 'R'
                RETURNING q.*)
            INSERT INTO ceiling_finished (%1$s, state, finished)
            SELECT %1$s, 'C', %2$s FROM gone""".formatted(QueueTables.KEPT_COLUMNS, QueueTables.NOW);

    private final Store store;
    private final QueueTables tables;
    private final int connections;

    /** @param connections how many work at a time */
    Ceiling(Store store, int connections) {
        this.store = store;
        this.tables = new QueueTables(store, PREFIX);
        this.connections = connections;
        new JdbcQueueManager(store.dataSource(), JdbcQueueSettings.DEFAULT.withTablePrefix(PREFIX), RetryPolicy.DEFAULT)
                .close();
    }

    /** Claims and finishes {@code requests} requests that wait. */
    Map<String, Double> throughput(int requests) throws InterruptedException {
        tables.clear();
        tables.fill(requests);
        store.settle();
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            long start = System.nanoTime();
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                running.add(threads.submit(this::drain));
            }
            int done = 0;
            for (Future<Integer> one : running) {
                done += one.get();
            }
            long nanos = System.nanoTime() - start;
            if (done != requests) {
                throw new AssertionError(done + " of " + requests + " were finished");
            }
            return Map.of(Measures.RATE, requests * 1e9 / nanos);
        } catch (ExecutionException e) {
            throw new BenchmarkFailure("claim and finish", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private int drain() throws SQLException {
        try (Connection connection = store.dataSource().getConnection();
                PreparedStatement claim = connection.prepareStatement(CLAIM);
                PreparedStatement finish = connection.prepareStatement(FINISH)) {
            int done = 0;
            int claimed;
            do {
                List<String> keys = new ArrayList<>();
                List<String> tokens = new ArrayList<>();
                try (ResultSet rows = claim.executeQuery()) {
                    while (rows.next()) {
                        keys.add(rows.getString("request_key"));
                        tokens.add(rows.getString("token"));
                    }
                }
                claimed = keys.size();
                if (claimed > 0) {
                    finish.setArray(1, connection.createArrayOf("text", keys.toArray()));
                    finish.setArray(2, connection.createArrayOf("text", tokens.toArray()));
                    done += finish.executeUpdate();
                }
            } while (claimed > 0);
            return done;
        }
    }
}
