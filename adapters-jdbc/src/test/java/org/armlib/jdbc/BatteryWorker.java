package org.armlib.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.WorkerId;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.tck.ChildJvm;

/**
 * The process that the battery kills, stops and cuts off: leases requests and completes them, and reports each step once
 * its call has returned.
 */
final class BatteryWorker {
    static final Duration VISIBILITY = Duration.ofSeconds(2);

    /** Attempts without end, so that no request ends but by being completed. */
    static final RetryPolicy POLICY =
            new RetryPolicy(Integer.MAX_VALUE, Backoff.fixed(Duration.ofMillis(10)), VISIBILITY);

    private BatteryWorker() {}

    static BatchRequest request(int number) {
        return BatchRequest.of("/report").key(new RequestKey("r-" + number)).build();
    }

    /** Takes the path of the report, the queue's URL, the tables' prefix, a name, whether the queue is the naive one, and the work in ms. */
    public static void main(String[] args) throws InterruptedException {
        WorkerId worker = new WorkerId(args[3]);
        long work = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[5]));
        try (QueueManager queue = open(args[1], args[2], Boolean.parseBoolean(args[4]))) {
            ChildJvm.report(args[0], "ready");
            while (true) {
                for (LeasedRequest leased : leased(queue, worker)) {
                    ChildJvm.report(args[0], "leased " + leased.lease().token());
                    LockSupport.parkNanos(work);
                    report(queue, leased, args[0]);
                }
            }
        }
    }

    static QueueManager open(String url, String prefix, boolean naive) {
        JdbcQueueSettings settings = JdbcQueueSettings.DEFAULT
                .withTablePrefix(prefix)
                .withSessions(4)
                .withPollInterval(Duration.ofMillis(50))
                .withRetryFor(Duration.ofMillis(500));
        QueueManager queue = null;
        while (queue == null) {
            try {
                queue = naive
                        ? new NaiveQueue(url, prefix, POLICY)
                        : JdbcQueueManager.open(JdbcAccess.to(url), settings, POLICY);
            } catch (QueueException e) {
                if (!e.retryable()) {
                    throw e;
                }
            }
        }
        return queue;
    }

    private static List<LeasedRequest> leased(QueueManager queue, WorkerId worker) throws InterruptedException {
        try {
            return queue.lease(worker, 5, Duration.ofMillis(200));
        } catch (QueueException e) {
            return List.of();
        }
    }

    private static void report(QueueManager queue, LeasedRequest leased, String file) {
        while (true) {
            try {
                queue.complete(leased.lease());
                ChildJvm.report(
                        file,
                        "completed " + leased.request().key() + " "
                                + leased.lease().submission() + " "
                                + leased.lease().token());
                return;
            } catch (StaleLeaseException e) {
                ChildJvm.report(file, "refused " + leased.lease().token());
                return;
            } catch (QueueException e) {
                ChildJvm.report(file, "again " + leased.lease().token());
            }
        }
    }
}
