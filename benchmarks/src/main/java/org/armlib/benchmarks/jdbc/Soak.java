package org.armlib.benchmarks.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.armlib.benchmarks.BenchmarkFailure;
import org.armlib.benchmarks.Report;

/**
 * A steady stream of requests through a queue in three parts of the same length; in the second a transaction is open
 * that keeps its snapshot, as a dump or a forgotten session does. After each part: dead tuples and size of the table of
 * live requests, and the rate.
 */
final class Soak {
    private static final int PER_SECOND = 500;

    private final Store store;
    private final Contender contender;
    private final String liveTable;
    private final Report report;
    private final AtomicLong begun = new AtomicLong();

    Soak(Store store, Contender contender, String liveTable, Report report) {
        this.store = store;
        this.contender = contender;
        this.liveTable = liveTable;
        this.report = report;
    }

    void run(long seconds) throws InterruptedException {
        long part = seconds / 3;
        contender.clear();
        contender.start(key -> begun.incrementAndGet());
        ExecutorService submitter = Executors.newSingleThreadExecutor();
        Future<?> submitting = submitter.submit(this::submit);
        try {
            part("before", part);
            try (Connection old = store.dataSource().getConnection();
                    Statement statement = old.createStatement()) {
                old.setAutoCommit(false);
                old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                statement.execute("SELECT count(*) FROM " + liveTable);
                part("snapshot", part);
                old.rollback();
            }
            part("after", part);
            if (submitting.isDone()) {
                throw new AssertionError("submitting has ended before its time");
            }
        } catch (SQLException e) {
            throw new BenchmarkFailure("keep a snapshot", e);
        } finally {
            submitter.shutdownNow();
            submitter.awaitTermination(1, TimeUnit.MINUTES);
            contender.stop();
        }
    }

    private void part(String name, long seconds) throws InterruptedException {
        long before = begun.get();
        TimeUnit.SECONDS.sleep(seconds);
        String prefix = "jdbc-soak." + name;
        report.figure(prefix + ".rate", (begun.get() - before) / seconds);
        report.figure(prefix + ".waiting", store.number("SELECT count(*) FROM " + liveTable));
        report.figure(
                prefix + ".dead-tuples",
                store.number("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relid = '" + liveTable + "'::regclass"));
        report.figure(
                prefix + ".live-table.kilobytes",
                store.number("SELECT pg_total_relation_size('" + liveTable + "') / 1024"));
    }

    private void submit() {
        long pause = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
        long due = System.nanoTime();
        for (long number = 0; !Thread.currentThread().isInterrupted(); number++) {
            due += pause;
            contender.submit("soak-" + number);
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }
}
