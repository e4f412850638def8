package org.armlib.benchmarks.jdbc;

import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import java.time.Duration;

/**
 * The settings with which db-scheduler did best at each measure, on 2 cores shared with the database. On PostgreSQL,
 * lock-and-fetch with 8, 16 and 24 threads, limits of 4 and 20, 8 and 40, 20 and 100 times as many; with submitters, 4 and
 * 16 of them, polling and immediate execution. On H2, which it has no lock-and-fetch for by itself, fetching with 4, 16 and
 * 32 threads was faster than lock-and-fetch as of MySQL.
 */
final class DbSchedulerSettings {
    static final int LIFECYCLE_SUBMITTERS = 16;

    private DbSchedulerSettings() {}

    static SchedulerBuilder postgresThroughput(SchedulerBuilder builder) {
        return builder.threads(16).pollUsingLockAndFetch(20.0, 100.0).pollingInterval(Duration.ofMillis(100));
    }

    static SchedulerBuilder withSubmitters(SchedulerBuilder builder) {
        return builder.threads(16)
                .pollUsingLockAndFetch(4.0, 20.0)
                .pollingInterval(Duration.ofMillis(50))
                .enableImmediateExecution();
    }

    static SchedulerBuilder h2Throughput(SchedulerBuilder builder) {
        return builder.threads(16).pollUsingFetch(4.0, 20.0).pollingInterval(Duration.ofMillis(50));
    }
}
