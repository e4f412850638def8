package org.armlib.benchmarks.jdbc;

import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.jdbc.MySQL8JdbcCustomization;
import java.time.Duration;

/** The settings with which db-scheduler did best at each measure, on 2 cores shared with the database. */
final class DbSchedulerSettings {
    static final int LIFECYCLE_SUBMITTERS = 4;

    private DbSchedulerSettings() {}

    static SchedulerBuilder postgresThroughput(SchedulerBuilder builder) {
        return builder.threads(16).pollUsingLockAndFetch(4.0, 20.0).pollingInterval(Duration.ofMillis(100));
    }

    static SchedulerBuilder lifecycle(SchedulerBuilder builder) {
        return builder.threads(16).pollUsingLockAndFetch(4.0, 20.0).pollingInterval(Duration.ofMillis(20));
    }

    static SchedulerBuilder pickup(SchedulerBuilder builder) {
        return builder.threads(16)
                .pollUsingLockAndFetch(4.0, 20.0)
                .pollingInterval(Duration.ofMillis(100))
                .enableImmediateExecution();
    }

    static SchedulerBuilder h2Throughput(SchedulerBuilder builder) {
        return builder.threads(4)
                .pollUsingLockAndFetch(4.0, 20.0)
                .pollingInterval(Duration.ofMillis(100))
                .jdbcCustomization(new MySQL8JdbcCustomization(false));
    }
}
