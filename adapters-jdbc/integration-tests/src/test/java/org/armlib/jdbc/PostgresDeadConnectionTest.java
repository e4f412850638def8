package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.servers.PostgresServer;
import org.armlib.jdbc.servers.TcpProxy;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PostgresDeadConnectionTest implements DeadConnectionContract {
    @Override
    public String url() {
        return PostgresServer.shared().url();
    }

    @Test
    void a_call_that_waits_in_the_server_is_not_cut() throws Exception {
        JdbcQueueSettings settings = settings();
        try (TcpProxy proxy = proxy();
                JdbcQueueManager queue =
                        JdbcQueueManager.open(JdbcAccess.to(proxy.through(url())), settings, RetryPolicy.DEFAULT);
                Connection other = DriverManager.getConnection(url())) {
            other.setAutoCommit(false);
            CompletableFuture<Enqueued> submitting;
            try (Statement statement = other.createStatement()) {
                statement.execute("LOCK TABLE " + settings.tablePrefix() + "live");
                submitting = CompletableFuture.supplyAsync(() -> queue.submit(DeadConnectionContract.request("a")));
                Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> isWaitingLong());
                assertThat(submitting).isNotDone();
            }
            other.rollback();

            assertThat(submitting.get(1, TimeUnit.MINUTES).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
        }
    }

    private boolean isWaitingLong() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query_start <"
                                + " clock_timestamp() - interval '4 seconds'")) {
            return row.next();
        }
    }

    /** With half an hour between polls, only a connection that listens anew can be what wakes the worker. */
    @Test
    void a_worker_is_woken_by_another_server_after_the_connection_that_listened_died() throws Exception {
        JdbcQueueSettings settings = settings();
        try (TcpProxy proxy = proxy();
                JdbcQueueManager here =
                        JdbcQueueManager.open(JdbcAccess.to(proxy.through(url())), settings, RetryPolicy.DEFAULT);
                JdbcQueueManager there = JdbcQueueManager.open(JdbcAccess.to(url()), settings, RetryPolicy.DEFAULT)) {
            assertThat(here.lease(WORKER, 1, Duration.ofMillis(1))).isEmpty();
            proxy.freeze();
            CompletableFuture<List<LeasedRequest>> leased = CompletableFuture.supplyAsync(() -> leaseOne(here));

            AtomicInteger number = new AtomicInteger();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
                there.submit(
                        BatchRequest.of("/report/" + number.incrementAndGet()).build());
                return leased.isDone();
            });
            assertThat(leased.join()).hasSize(1);
        }
    }

    private static List<LeasedRequest> leaseOne(JdbcQueueManager queue) {
        while (true) {
            try {
                return queue.lease(WORKER, 1, Duration.ofMinutes(1));
            } catch (QueueException e) {
                // The first call after the loss may find it out.
                assertThat(e.retryable()).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
