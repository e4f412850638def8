package org.armlib.jdbc;

import java.time.Duration;
import java.util.function.Supplier;
import org.armlib.domain.Backoff;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;

/** The queues that the battery judges. */
enum BatteryQueue {
    REAL {
        @Override
        QueueManager open(JdbcAccess access, JdbcQueueSettings settings, RetryPolicy policy) {
            return JdbcQueueManager.open(access, settings, policy);
        }
    },
    NAIVE {
        @Override
        QueueManager open(JdbcAccess access, JdbcQueueSettings settings, RetryPolicy policy) {
            return NaiveQueue.open(access, settings, policy);
        }
    };

    /** How long a lease of a worker lasts. */
    static final Duration LEASE = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    abstract QueueManager open(JdbcAccess access, JdbcQueueSettings settings, RetryPolicy policy);

    /**
     * Opens the queue in tables of that prefix, which are there, as long as it takes while it says that a retry may help. It gives up an
     * outage soon, so that its callers have their share of them.
     */
    QueueManager open(String url, String tablePrefix, Duration lease) {
        JdbcQueueSettings settings = JdbcQueueSettings.DEFAULT
                .withTablePrefix(tablePrefix)
                .withoutMigration()
                .withSessions(4)
                .withRetryFor(Duration.ofMillis(500));
        RetryPolicy policy = new RetryPolicy(1_000, Backoff.fixed(Duration.ZERO), lease);
        return persistently(() -> open(JdbcAccess.to(url), settings, policy));
    }

    /** Calls until the answer is something else than that a retry may help, for 90 seconds at most. */
    static <T> T persistently(Supplier<T> call) {
        long begin = System.nanoTime();
        while (true) {
            try {
                return call.get();
            } catch (QueueException e) {
                if (!e.retryable() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw e;
                }
            }
        }
    }
}
