package org.armlib.benchmarks.jdbc;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.armlib.benchmarks.Report;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;
import org.armlib.jdbc.servers.PostgresServer;
import org.armlib.ports.QueueManager;

/**
 * What a claim costs, by how much waits and how much is finished: the time of {@code lease} for one request, as a ratio
 * to that with a thousand waiting, and the buffers that the server touches for it.
 */
final class Depth {
    private static final WorkerId WORKER = new WorkerId("depth-1");
    private static final String COUNT_BUFFERS = "&options=-c%20pg_stat_statements.track=all";
    private static final int CONNECTIONS = 9;
    private static final int FEW = 1_000;
    private static final int MANY = 100_000;
    private static final int MOST = 1_000_000;
    private static final int WARMUPS = 2;
    private static final int ROUNDS = 9;
    private static final int CLAIMS = 50;
    private static final double NANOS_PER_MICRO = 1e3;

    private final PostgresServer server;
    private final Report report;

    Depth(PostgresServer server, Report report) {
        this.server = server;
        this.report = report;
    }

    void measure() throws InterruptedException {
        Map<String, Filled> filled = new LinkedHashMap<>();
        try {
            filled.put("depth1k", fill(FEW, 0));
            filled.put("depth100k", fill(MANY, 0));
            filled.put("depth1m", fill(MOST, 0));
            filled.put("finished1m", fill(FEW, MOST));
            Race race = new Race("jdbc.postgresql.claim", report);
            filled.forEach((name, queue) -> race.enter(name, queue::claims));
            race.hold(WARMUPS, ROUNDS);
            for (String name : List.of("depth100k", "depth1m", "finished1m")) {
                report.figure("jdbc.postgresql.claim." + name + ".ratio", race.ratio(Filled.MICROS, name, "depth1k"));
            }
            double mostBuffers = 0;
            for (Map.Entry<String, Filled> one : filled.entrySet()) {
                String name = "jdbc.postgresql.claim." + one.getKey();
                double buffers = one.getValue().buffers();
                mostBuffers = Math.max(mostBuffers, buffers);
                report.figure(name + ".micros", race.median(Filled.MICROS, one.getKey()));
                report.figure(name + ".buffers", buffers);
            }
            report.figure("jdbc.postgresql.claim.buffers", mostBuffers);
        } finally {
            filled.values().forEach(Filled::close);
        }
    }

    private Filled fill(int waiting, int finished) {
        report.progress("filling: " + waiting + " waiting, " + finished + " finished");
        Store store = Store.postgres(server.newDatabase() + COUNT_BUFFERS, CONNECTIONS);
        QueueManager queue = store.openQueue();
        QueueTables tables = new QueueTables(store, "armlib_");
        tables.fill(waiting);
        tables.fillFinished(finished);
        store.execute("CREATE EXTENSION pg_stat_statements");
        store.settle();
        return new Filled(store, queue);
    }

    /** A queue with something in it. */
    private record Filled(Store store, QueueManager queue) implements AutoCloseable {
        static final String MICROS = "micros";

        Map<String, Double> claims() throws InterruptedException {
            double[] micros = new double[CLAIMS];
            LeasedRequest[] leased = new LeasedRequest[CLAIMS];
            for (int i = 0; i < CLAIMS; i++) {
                long start = System.nanoTime();
                leased[i] = queue.lease(WORKER, 1, Duration.ZERO).get(0);
                micros[i] = (System.nanoTime() - start) / NANOS_PER_MICRO;
            }
            for (LeasedRequest one : leased) {
                queue.release(one.lease());
            }
            Arrays.sort(micros);
            return Map.of(MICROS, micros[CLAIMS / 2]);
        }

        /** Per claim, all its statements together, found in the cache or read. */
        double buffers() throws InterruptedException {
            store.execute("SELECT pg_stat_statements_reset()");
            for (int i = 0; i < CLAIMS; i++) {
                queue.lease(WORKER, 1, Duration.ZERO);
            }
            return (double) store.number("""
                            SELECT sum(shared_blks_hit + shared_blks_read) FROM pg_stat_statements
                            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                            AND query LIKE '%SKIP LOCKED%'""") / CLAIMS;
        }

        @Override
        public void close() {
            queue.close();
            store.close();
        }
    }
}
