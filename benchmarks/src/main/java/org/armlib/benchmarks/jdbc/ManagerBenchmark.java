package org.armlib.benchmarks.jdbc;

import java.util.Map;
import org.armlib.benchmarks.Benchmark;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.TemporaryFolder;
import org.armlib.jdbc.servers.MariaDbServer;
import org.armlib.jdbc.servers.PostgresServer;

/**
 * The request manager over queues of 10 and of 1,000,000 requests, on every database. Ratios are those of the deep queue
 * to the shallow one, lower is better.
 */
public final class ManagerBenchmark implements Benchmark {
    /** As installed, but for the memory that a database of that size is given and the write-ahead log of filling it. */
    private static final Map<String, String> SETTINGS = Map.of("shared_buffers", "512MB", "max_wal_size", "8GB");

    private static final int CONNECTIONS = 9;

    /** Named {@code manager}. */
    public ManagerBenchmark() {}

    @Override
    public String name() {
        return "manager";
    }

    @Override
    public void run(Report report) throws InterruptedException {
        postgresql(report);
        try (TemporaryFolder folder = new TemporaryFolder()) {
            int[] databases = {0};
            new ManagerDepth(
                            "jdbc.h2",
                            () -> Store.h2(folder.path().resolve("queue" + databases[0]++), ";WRITE_DELAY=0"),
                            report)
                    .measure();
        }
        try (MariaDbServer server = MariaDbServer.start()) {
            new ManagerDepth("jdbc.mariadb", () -> Store.mariaDb(server.newDatabase(), CONNECTIONS), report).measure();
        }
    }

    /** On the machine's own PostgreSQL, unless the system property {@code armlib.postgresql} says otherwise. */
    static void postgresql(Report report) throws InterruptedException {
        try (PostgresServer server =
                PostgresServer.startMachines(SETTINGS).orElseGet(() -> PostgresServer.start(SETTINGS))) {
            new ManagerDepth("jdbc.postgresql", () -> Store.postgres(server.newDatabase(), CONNECTIONS), report)
                    .measure();
        }
    }
}
