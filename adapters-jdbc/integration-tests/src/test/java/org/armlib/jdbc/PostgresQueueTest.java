package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.jdbc.servers.PostgresServer;
import org.junit.jupiter.api.Test;

class PostgresQueueTest implements JdbcContract {
    @Override
    public String url() {
        return PostgresServer.shared().url();
    }

    /** With an hour between polls, only the hint can be what wakes the worker. */
    @Test
    void a_submit_on_one_server_wakes_a_worker_of_another() throws Exception {
        JdbcQueueSettings settings = settings().withPollInterval(Duration.ofHours(1));
        try (JdbcQueueManager here = open(settings);
                JdbcQueueManager there = open(settings)) {
            CompletableFuture<List<LeasedRequest>> leased = leaseOne(there);

            here.submit(BatchRequest.of("/report").key(new RequestKey("a")).build());

            assertThat(leased.get()).hasSize(1);
        }
    }

    @Test
    void the_commit_of_a_callers_transaction_wakes_workers_here_and_there() throws Exception {
        JdbcQueueSettings settings = settings().withPollInterval(Duration.ofHours(1));
        try (JdbcQueueManager here = open(settings);
                JdbcQueueManager there = open(settings);
                Connection connection = DriverManager.getConnection(url())) {
            connection.setAutoCommit(false);
            CompletableFuture<List<LeasedRequest>> leasedHere = leaseOne(here);
            CompletableFuture<List<LeasedRequest>> leasedThere = leaseOne(there);

            here.submit(BatchRequest.of("/report").key(new RequestKey("a")).build(), connection);
            here.submit(BatchRequest.of("/report").key(new RequestKey("b")).build(), connection);
            connection.commit();

            assertThat(leasedHere.get()).hasSize(1);
            assertThat(leasedThere.get()).hasSize(1);
        }
    }

    private static CompletableFuture<List<LeasedRequest>> leaseOne(JdbcQueueManager queue) {
        CompletableFuture<List<LeasedRequest>> leased = CompletableFuture.supplyAsync(() -> {
            try {
                return queue.lease(WORKER, 1, Duration.ofMinutes(1));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        await().until(() -> queue.waiting() == 1);
        return leased;
    }

    @Test
    void the_pages_that_a_plan_read_are_counted() {
        assertThat(PostgresFloor.pages("  Buffers: shared hit=12 read=3")).isEqualTo(15);
        assertThat(PostgresFloor.pages("  Buffers: shared read=3")).isEqualTo(3);
        assertThat(PostgresFloor.pages("")).isZero();
    }
}
