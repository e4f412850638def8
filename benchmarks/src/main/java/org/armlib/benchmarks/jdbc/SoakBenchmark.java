package org.armlib.benchmarks.jdbc;

import java.util.Map;
import org.armlib.benchmarks.Benchmark;
import org.armlib.benchmarks.Report;
import org.armlib.jdbc.servers.PostgresServer;

/**
 * Whether the tables of the queue stay small over a long time: {@link Soak} over {@code armlib.soak.minutes} minutes, 10
 * unless that is set.
 */
public final class SoakBenchmark implements Benchmark {
    /** A day's worth of vacuuming in minutes. */
    private static final Map<String, String> SETTINGS = Map.of("shared_buffers", "512MB", "autovacuum_naptime", "1s");

    private static final int THREADS = 8;
    private static final int DEFAULT_MINUTES = 10;
    private static final int SECONDS_PER_MINUTE = 60;

    /** Named {@code jdbc-soak}. */
    public SoakBenchmark() {}

    @Override
    public String name() {
        return "jdbc-soak";
    }

    @Override
    public void run(Report report) throws InterruptedException {
        int minutes = Integer.getInteger("armlib.soak.minutes", DEFAULT_MINUTES);
        try (PostgresServer server = PostgresServer.start(SETTINGS);
                Store store = Store.postgres(server.url());
                ArmlibQueue queue = new ArmlibQueue(store, THREADS)) {
            new Soak(store, queue, "armlib_live", report).run((long) minutes * SECONDS_PER_MINUTE);
        }
    }
}
