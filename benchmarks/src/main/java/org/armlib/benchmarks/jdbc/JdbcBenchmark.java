package org.armlib.benchmarks.jdbc;

import java.util.Map;
import org.armlib.benchmarks.Benchmark;
import org.armlib.benchmarks.Report;
import org.armlib.jdbc.servers.PostgresServer;

/**
 * The queue in a database beside db-scheduler, on the same PostgreSQL and the same kind of H2 file through equal pools,
 * and beside what the bare statements reach; and the request manager over a deep
 * queue. Rates are requests a second, and their ratios ours to theirs: higher is
 * better. Latencies are milliseconds, and their ratios ours to theirs as well: lower is better.
 */
public final class JdbcBenchmark implements Benchmark {
    /** As durable as installed; the checkpoints are those that the benchmark asks for. */
    private static final Map<String, String> SETTINGS = Map.of(
            "shared_buffers", "512MB",
            "max_wal_size", "8GB",
            "checkpoint_timeout", "1h",
            "shared_preload_libraries", "pg_stat_statements",
            "pg_stat_statements.track", "none");

    /** Named {@code jdbc}. */
    public JdbcBenchmark() {}

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public void run(Report report) throws InterruptedException {
        try (PostgresServer server = PostgresServer.start(SETTINGS);
                Store store = Store.postgres(server.url())) {
            new PostgresRaces(store, report).hold();
            new Depth(server, report).measure();
        }
        ManagerBenchmark.postgresql(report);
        new H2Races(report).hold();
    }
}
