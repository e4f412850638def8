package org.armlib.benchmarks.jdbc;

import org.armlib.benchmarks.Report;

/** What is measured on PostgreSQL with contenders side by side. */
final class PostgresRaces {
    private static final String PEER = "db-scheduler";

    /** Both are still being compiled in their first rounds, the longer the less is asked of them. */
    private static final int WARMUPS = 6;

    private static final int ROUNDS = 5;
    private static final int WAITING = 20_000;
    private static final int ONE_BY_ONE = 8_000;
    private static final int SUBMITTED = 3_000;
    private static final int BATCH = 1_000;
    private static final int SUBMITTERS = 8;
    private static final int PER_SECOND = 100;
    private static final int PICKED_UP = 500;

    private final Store store;
    private final Report report;
    private final Measures measures;

    PostgresRaces(Store store, Report report) {
        this.store = store;
        this.report = report;
        this.measures = new Measures(store);
    }

    void hold() throws InterruptedException {
        throughput();
        lifecycle();
        submission();
        pickup();
    }

    private void throughput() throws InterruptedException {
        try (ArmlibQueue ours = new ArmlibQueue(store, ArmlibSettings.THROUGHPUT_THREADS)) {
            DbScheduler peer = DbScheduler.onPostgres(store, DbSchedulerSettings::postgresThroughput);
            Ceiling ceiling = new Ceiling(store, Ceiling.BEST_CONNECTIONS);
            new Race("jdbc.postgresql.throughput", report)
                    .enter(Race.OURS, () -> measures.throughput(ours, WAITING))
                    .enter(PEER, () -> measures.throughput(peer, WAITING))
                    .enter("ceiling", () -> ceiling.throughput(WAITING))
                    .hold(WARMUPS, ROUNDS)
                    .reportRatios(Measures.RATE);
        }
    }

    private void lifecycle() throws InterruptedException {
        try (ArmlibQueue ours = new ArmlibQueue(store, ArmlibSettings.LIFECYCLE_THREADS)) {
            DbScheduler peer = DbScheduler.onPostgres(store, DbSchedulerSettings::withSubmitters);
            new Race("jdbc.postgresql.lifecycle", report)
                    .enter(Race.OURS, () -> measures.lifecycle(ours, ONE_BY_ONE, ArmlibSettings.LIFECYCLE_SUBMITTERS))
                    .enter(PEER, () -> measures.lifecycle(peer, ONE_BY_ONE, DbSchedulerSettings.LIFECYCLE_SUBMITTERS))
                    .hold(WARMUPS, ROUNDS)
                    .reportRatios(Measures.RATE);
        }
    }

    private void submission() throws InterruptedException {
        try (ArmlibQueue ours = new ArmlibQueue(store, ArmlibSettings.LIFECYCLE_THREADS)) {
            DbScheduler peer = DbScheduler.onPostgres(store, DbSchedulerSettings::withSubmitters);
            new Race("jdbc.postgresql.submit", report)
                    .enter(Race.OURS, () -> measures.submission(ours, SUBMITTED, 1))
                    .enter(PEER, () -> measures.submission(peer, SUBMITTED, 1))
                    .hold(WARMUPS, ROUNDS)
                    .reportRatios(Measures.RATE);
            new Race("jdbc.postgresql.submit-threads" + SUBMITTERS, report)
                    .enter(Race.OURS, () -> measures.submission(ours, SUBMITTED, SUBMITTERS))
                    .enter(PEER, () -> measures.submission(peer, SUBMITTED, SUBMITTERS))
                    .hold(WARMUPS, ROUNDS)
                    .reportRatios(Measures.RATE);
            new Race("jdbc.postgresql.submit-batch", report)
                    .enter(Race.OURS, () -> measures.batchSubmission(ours, WAITING, BATCH))
                    .enter(PEER, () -> measures.batchSubmission(peer, WAITING, BATCH))
                    .hold(WARMUPS, ROUNDS)
                    .reportRatios(Measures.RATE);
        }
    }

    private void pickup() throws InterruptedException {
        try (ArmlibQueue ours = new ArmlibQueue(store, ArmlibSettings.PICKUP_THREADS)) {
            DbScheduler peer = DbScheduler.onPostgres(store, DbSchedulerSettings::withSubmitters);
            new Race("jdbc.postgresql.pickup", report)
                    .enter(Race.OURS, () -> measures.pickup(ours, PER_SECOND, PICKED_UP))
                    .enter(PEER, () -> measures.pickup(peer, PER_SECOND, PICKED_UP))
                    .hold(WARMUPS, ROUNDS)
                    .reportRatios(Measures.P50, Measures.P99);
        }
    }
}
