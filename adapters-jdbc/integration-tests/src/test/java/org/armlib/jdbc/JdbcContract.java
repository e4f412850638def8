package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.domain.TraceContext;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueuePosition;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What holds of the queue in every database, beside the contract of the port. */
interface JdbcContract {
    AtomicInteger NUMBER = new AtomicInteger();
    WorkerId WORKER = new WorkerId("worker");

    /** A database that may hold other tables. */
    String url();

    default JdbcQueueSettings settings() {
        return JdbcQueueSettings.DEFAULT.withTablePrefix("c" + NUMBER.incrementAndGet() + "_");
    }

    default JdbcQueueManager open(JdbcQueueSettings settings) {
        return JdbcQueueManager.open(JdbcAccess.to(url()), settings, RetryPolicy.DEFAULT);
    }

    private static BatchRequest request(String key) {
        return BatchRequest.of("/report").key(new RequestKey(key)).build();
    }

    @Test
    default void ten_servers_that_start_at_once_make_the_tables_once() throws Exception {
        JdbcQueueSettings settings = settings().withSessions(2);
        ExecutorService servers = Executors.newFixedThreadPool(10);
        List<Future<QueueManager>> started = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            started.add(servers.submit(() -> open(settings)));
        }
        try {
            int number = 0;
            for (Future<QueueManager> one : started) {
                QueueManager queue = one.get();
                queue.submit(request("r-" + number++));
            }
            assertThat(started.get(0).get().overview().count(Phase.PENDING)).isEqualTo(10);
        } finally {
            for (Future<QueueManager> one : started) {
                one.get().close();
            }
            servers.shutdown();
        }
    }

    @Test
    default void a_deep_queue_is_counted_in_the_background() {
        int count = 6_000;
        try (JdbcQueueManager queue = open(settings())) {
            queue.submitAll(IntStream.range(0, count)
                    .mapToObj(i -> BatchRequest.of("/report")
                            .key(new RequestKey("r-" + i))
                            .priority(i % 3)
                            .build())
                    .toList());
            await().untilAsserted(() ->
                    assertThat(queue.overview().count(Phase.PENDING)).isEqualTo(count));
            // The first of the last priority: all others are ahead of it.
            assertFarPosition(queue, "r-0", count * 2 / 3 + 1);

            for (int i = 0; i < count; i += 4) {
                queue.cancel(new RequestKey("r-" + i));
            }

            await().untilAsserted(() ->
                    assertThat(queue.overview().count(Phase.PENDING)).isEqualTo(count * 3 / 4));
            assertFarPosition(queue, "r-" + (count - 3), count * 3 / 4);
            await().untilAsserted(() ->
                    assertThat(queue.overview().count(Phase.CANCELLED)).isEqualTo(count / 4));

            assertThat(queue.prune(Duration.ZERO, 400)).isEqualTo(400);
            assertThat(queue.overview().count(Phase.CANCELLED)).isEqualTo(count / 4 - 400);
        }
    }

    private static void assertFarPosition(QueueManager queue, String key, int expected) {
        await().untilAsserted(() -> {
            QueuePosition position = queue.position(new RequestKey(key)).orElseThrow();
            assertThat(position.estimated()).isTrue();
            assertThat((double) position.value()).isCloseTo(expected, Percentage.withPercentage(1));
        });
    }

    /** What a status costs: no more than one statement for the request, one for its position, and one for the overview. */
    @Test
    default void a_status_takes_three_statements_at_most() {
        JdbcQueueSettings settings = settings();
        try (JdbcQueueManager filling = open(settings)) {
            filling.submitAll(
                    IntStream.range(0, 20).mapToObj(i -> request("r-" + i)).toList());
        }
        try (CountingSource source = new CountingSource(url());
                JdbcQueueManager queue = new JdbcQueueManager(source, settings, RetryPolicy.DEFAULT)) {
            assertThat(source.statements(() -> queue.find(new RequestKey("r-7"))))
                    .hasSize(1);
            assertThat(source.statements(() -> queue.position(new RequestKey("r-7"))))
                    .hasSize(1);
            assertThat(source.statements(queue::overview)).hasSize(1).noneMatch(sql -> sql.contains("parameters"));
        }
    }

    @Test
    default void without_migration_missing_tables_are_an_error_that_says_what_to_do() {
        JdbcQueueSettings settings = settings().withoutMigration();

        assertThatThrownBy(() -> open(settings))
                .isInstanceOf(QueueException.class)
                .hasMessageContaining("armlib schema")
                .hasMessageContaining(settings.tablePrefix());
    }

    @Test
    default void the_printed_schema_makes_the_tables_by_hand() throws SQLException {
        JdbcQueueSettings settings = settings();
        executeAll(new Schema(Database.of(url()), settings.names()).ddl());

        try (QueueManager checked = open(settings.withoutMigration());
                QueueManager migrating = open(settings)) {
            assertThat(checked.submit(request("a")).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
            assertThat(migrating.submit(request("a")).outcome()).isEqualTo(Enqueued.Outcome.JOINED);
        }
    }

    @Test
    default void tables_of_the_first_version_are_brought_up_to_date_with_what_is_in_them() throws Exception {
        JdbcQueueSettings settings = settings();
        String prefix = settings.tablePrefix();
        Schema schema = new Schema(Database.of(url()), settings.names());
        executeAll(schema.ddl().split("-- Version 2\n", -1)[0]);
        String request =
                "(request_key, lane, state, submission, uri, parameters, sticky, estimate, submitted, attempts,"
                        + " fence, ";
        execute("INSERT INTO " + prefix + "live " + request + "not_before) VALUES ('waits', 0, 'P',"
                + " '0000000000010000000000000002', '/report', '{}', TRUE, 0, 1000, 0, 0, 1000)");
        execute("INSERT INTO " + prefix + "finished " + request + "finished) VALUES ('ended', 0, 'X',"
                + " '0000000000010000000000000003', '/report', '{}', TRUE, 0, 1000, 0, 0, 2000)");
        assertThatThrownBy(() -> open(settings.withoutMigration())).hasMessageContaining("from version 2 on");

        try (QueueManager queue = open(settings)) {
            TraceContext trace = new TraceContext("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01", "c=d");
            assertThat(queue.find(new RequestKey("ended")).orElseThrow().phase())
                    .isEqualTo(Phase.CANCELLED);
            queue.submit(request("ended").withTrace(trace));
            List<LeasedRequest> leased = queue.lease(WORKER, 2, Duration.ZERO);
            assertThat(leased)
                    .extracting(one -> one.request().trace())
                    .containsExactly(Optional.empty(), Optional.of(trace));
            assertThat(queue.complete(leased.get(0).lease()).phase()).isEqualTo(Phase.COMPLETED);
        }
        open(settings.withoutMigration()).close();
    }

    @Test
    default void tables_of_a_later_version_are_left_alone() throws SQLException {
        JdbcQueueSettings settings = settings();
        open(settings).close();
        execute("UPDATE " + settings.tablePrefix() + "control SET schema_version = 1000");

        assertThatThrownBy(() -> open(settings))
                .isInstanceOf(QueueException.class)
                .hasMessageContaining("1000")
                .hasMessageContaining("Update armlib");
    }

    @Test
    default void a_submit_in_the_callers_transaction_commits_and_rolls_back_with_it() throws Exception {
        JdbcQueueSettings settings = settings();
        try (JdbcQueueManager queue = open(settings);
                Connection connection = DriverManager.getConnection(url())) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);

            assertThat(queue.submit(request("undone"), connection).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
            assertThat(queue.find(new RequestKey("undone"))).isEmpty();
            connection.rollback();
            assertThat(queue.find(new RequestKey("undone"))).isEmpty();

            Enqueued done = queue.submit(request("done"), connection);
            connection.commit();
            assertThat(queue.find(new RequestKey("done"))).contains(done.submission());
            assertThat(queue.submit(request("done"), connection).outcome()).isEqualTo(Enqueued.Outcome.JOINED);
            connection.commit();

            assertThat(queue.lease(WORKER, 10, Duration.ZERO)).hasSize(1);
        }
    }

    @Test
    default void a_resubmit_in_the_callers_transaction_commits_and_rolls_back_with_it() throws Exception {
        try (JdbcQueueManager queue = open(settings());
                Connection connection = DriverManager.getConnection(url())) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            queue.submit(request("a"));
            Submission completed =
                    queue.complete(queue.lease(WORKER, 1, Duration.ZERO).get(0).lease());

            queue.resubmit(request("a"), completed.id(), connection);
            connection.rollback();
            assertThat(queue.find(new RequestKey("a"))).contains(completed);

            Enqueued again = queue.resubmit(request("a"), completed.id(), connection);
            connection.commit();
            assertThat(again.outcome()).isEqualTo(Enqueued.Outcome.ADDED);
            assertThat(queue.lease(WORKER, 1, Duration.ZERO)).hasSize(1);
        }
    }

    @Test
    default void a_connection_that_commits_by_itself_is_refused() throws SQLException {
        try (JdbcQueueManager queue = open(settings());
                Connection connection = DriverManager.getConnection(url())) {
            assertThatThrownBy(() -> queue.submit(request("a"), connection))
                    .hasMessageContaining("setAutoCommit(false)");
        }
    }

    @Test
    default void an_embedding_programs_data_source_serves_and_stays_open() throws Exception {
        try (HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(url());
            try (JdbcQueueManager queue = new JdbcQueueManager(source, settings(), RetryPolicy.DEFAULT)) {
                queue.submit(request("a"));
                assertThat(queue.complete(queue.lease(WORKER, 1, Duration.ZERO)
                                        .get(0)
                                        .lease())
                                .phase())
                        .isEqualTo(Phase.COMPLETED);
            }
            assertThat(source.isClosed()).isFalse();
        }
    }

    @Test
    default void connections_with_auto_commit_off_and_another_isolation_level_serve_and_are_returned_as_they_came()
            throws Exception {
        JdbcQueueSettings settings = settings();
        for (String isolation : List.of("TRANSACTION_REPEATABLE_READ", "TRANSACTION_SERIALIZABLE")) {
            try (HikariDataSource source = new HikariDataSource()) {
                source.setJdbcUrl(url());
                source.setAutoCommit(false);
                source.setTransactionIsolation(isolation);
                BatchRequest request = request("of-" + isolation.toLowerCase(Locale.ROOT));
                try (JdbcQueueManager queue = new JdbcQueueManager(source, settings, RetryPolicy.DEFAULT);
                        JdbcQueueManager other = open(settings)) {
                    queue.submit(request);
                    assertThat(other.find(request.key()))
                            .as("seen by another server")
                            .isPresent();

                    LeasedRequest leased = queue.lease(WORKER, 1, Duration.ZERO).get(0);
                    queue.progress(leased.lease(), new Progress(0.5, "half"));
                    assertThat(other.find(request.key()).orElseThrow().leased()).isPresent();
                    queue.renew(leased.lease());
                    queue.complete(leased.lease());
                    assertThat(other.find(request.key()).orElseThrow().phase()).isEqualTo(Phase.COMPLETED);
                    queue.submitAll(List.of(request("all-" + isolation.toLowerCase(Locale.ROOT))));
                    assertThat(other.overview().count(Phase.PENDING)).isEqualTo(1);
                    queue.complete(queue.lease(WORKER, 1, Duration.ZERO).get(0).lease());
                    queue.suspend();
                    assertThat(other.overview().suspended()).isTrue();
                    queue.resume();
                }
                try (Connection connection = source.getConnection()) {
                    assertThat(connection.getAutoCommit()).isFalse();
                    assertThat(connection.getTransactionIsolation())
                            .isEqualTo(
                                    isolation.equals("TRANSACTION_SERIALIZABLE")
                                            ? Connection.TRANSACTION_SERIALIZABLE
                                            : Connection.TRANSACTION_REPEATABLE_READ);
                }
            }
        }
    }

    @Test
    default void connections_that_may_not_write_are_refused() {
        try (HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(url());
            source.setReadOnly(true);
            JdbcQueueSettings settings = settings();

            // H2 takes the word for a hint, and its connections write.
            if (!url().startsWith("jdbc:h2:")) {
                assertThatThrownBy(() -> new JdbcQueueManager(source, settings, RetryPolicy.DEFAULT))
                        .isInstanceOf(QueueException.class)
                        .hasMessageContaining("may write");
            }
        }
    }

    @Test
    default void tables_in_a_schema_of_their_own_are_used() throws Exception {
        JdbcQueueSettings settings = settings().withSchema("other" + NUMBER.incrementAndGet());
        try (JdbcQueueManager queue = open(settings);
                JdbcQueueManager again = open(settings.withoutMigration())) {
            queue.submit(request("a"));
            assertThat(again.lease(WORKER, 1, Duration.ZERO)).hasSize(1);
        }
    }

    @Test
    default void a_request_with_many_controls_in_its_parameters_survives() {
        BatchRequest request = BatchRequest.of("/report")
                .parameters(org.armlib.domain.Parameters.of(
                        java.util.Map.of("c", List.of("\u0000\u0001\\".repeat(60_000)))))
                .build();
        try (JdbcQueueManager queue = open(settings())) {
            queue.submit(request);
            assertThat(queue.find(request.key()).orElseThrow().request()).isEqualTo(request);
        }
    }

    private void executeAll(String script) throws SQLException {
        for (String statement : script.split(";\\s*\\n", -1)) {
            if (!statement.isBlank()) {
                execute(statement);
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
