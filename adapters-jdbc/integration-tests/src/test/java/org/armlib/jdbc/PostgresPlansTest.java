package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Plans hold whatever the server knows of the tables, and whatever it knew when a connection was opened: no statement of the
 * main path reads a table, and none is worth compiling to the server, which takes longer than to run it.
 */
class PostgresPlansTest {
    private static final WorkerId WORKER = new WorkerId("worker");
    private static final int MANY = 50_000;
    private static final int ROUNDS = 10;

    /** A read of the whole table takes thousands. */
    private static final int FEW_BUFFERS = 1_000;

    /** What is counted chunk by chunk for no caller. */
    private static final List<String> IN_BACKGROUND = List.of("ROW_NUMBER", "MAX(finished)", "finished <= ");

    private static final int MANY_BUFFERS = 2_000;

    @BeforeAll
    static void install() throws SQLException {
        query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    }

    @Test
    void on_tables_that_were_never_analysed() throws Exception {
        try (JdbcQueueManager queue = open("plan1_")) {
            fill("plan1_", "P", 1, MANY);
            fillFinished("plan1_", MANY);
            assertPlansHold(queue, "plan1_");
        }
    }

    /** Autovacuum would come within a minute, which is a minute too late. */
    @Test
    void on_tables_that_were_empty_when_the_connections_used_them_first() throws Exception {
        try (JdbcQueueManager queue = open("plan2_")) {
            mainPath(queue, "plan2_warm");
            query("VACUUM ANALYZE plan2_live, plan2_finished");
            mainPath(queue, "plan2_again");
            fill("plan2_", "P", 1, MANY);
            assertPlansHold(queue, "plan2_");
        }
    }

    @Test
    void after_statistics_that_know_of_no_ready_row() throws Exception {
        try (JdbcQueueManager queue = open("plan3_")) {
            fill("plan3_", "W", 1, 5_000);
            query("ANALYZE plan3_live");
            fill("plan3_", "P", 5_001, 5_000 + MANY);
            assertPlansHold(queue, "plan3_");
        }
    }

    @Test
    void after_most_rows_were_deleted() throws Exception {
        try (JdbcQueueManager queue = open("plan4_")) {
            fill("plan4_", "P", 1, MANY);
            query("ANALYZE plan4_live");
            query("DELETE FROM plan4_live WHERE seq % 100 <> 0");
            query("VACUUM plan4_live");
            assertPlansHold(queue, "plan4_");
        }
    }

    /** A pooler hands a session to its other clients. */
    @Test
    void nothing_stays_behind_in_a_session() throws Exception {
        String url = MachinePostgres.server().url();
        String session = "SELECT (SELECT count(*) FROM pg_prepared_statements) || ' '"
                + " || coalesce((SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings"
                + " WHERE source = 'session'), '')";
        try (HikariDataSource source = Pool.open(JdbcAccess.to(url), 3);
                JdbcQueueManager queue = new JdbcQueueManager(source, settings("plan5_"), RetryPolicy.DEFAULT)) {
            mainPath(queue, "plan5_");
            List<String> sessions = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                try (Connection connection = source.getConnection()) {
                    sessions.add(value(connection, session));
                }
            }
            try (Connection fresh = DriverManager.getConnection(url)) {
                assertThat(sessions).containsOnly(value(fresh, session));
            }
        }
    }

    private static JdbcQueueSettings settings(String prefix) {
        return JdbcQueueSettings.DEFAULT.withTablePrefix(prefix);
    }

    private static JdbcQueueManager open(String prefix) throws SQLException {
        JdbcQueueManager queue = JdbcQueueManager.open(
                JdbcAccess.to(MachinePostgres.server().url()), settings(prefix), RetryPolicy.DEFAULT);
        for (String table : List.of("live", "finished")) {
            query("ALTER TABLE " + prefix + table + " SET (autovacuum_enabled = false)");
        }
        return queue;
    }

    private static void fill(String prefix, String state, int from, int to) throws SQLException {
        query("INSERT INTO " + prefix + "live (request_key, lane, state, submission, uri, parameters, sticky, estimate,"
                + " submitted, attempts, fence, not_before) SELECT 'f' || i, 0, '" + state
                + "', lpad(i::text, 28, '0'), '/report', '{\"a\":[\"' || repeat('x', 100) || '\"]}', FALSE, 0, 0, 0, 0,"
                + " (extract(epoch FROM now() + interval '1 hour') * 1000000)::bigint FROM generate_series(" + from
                + ", " + to + ") i");
    }

    private static void fillFinished(String prefix, int count) throws SQLException {
        query("INSERT INTO " + prefix
                + "finished (request_key, lane, state, submission, uri, parameters, sticky, estimate,"
                + " submitted, attempts, fence, token, started, finished) SELECT 'e' || i, 0, 'C', lpad(i::text, 28, '0'), '/report',"
                + " '{\"a\":[\"' || repeat('x', 100) || '\"]}', FALSE, 0, 0, 1, 0, gen_random_uuid()::text, 0, i FROM generate_series(1, "
                + count
                + ") i");
    }

    private static void assertPlansHold(JdbcQueueManager queue, String prefix) throws Exception {
        query("SELECT pg_stat_statements_reset()");

        mainPath(queue, prefix);

        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT query, calls, jit_functions,"
                        + " (shared_blks_hit + shared_blks_read) / calls AS buffers FROM pg_stat_statements"
                        + " WHERE query LIKE '%" + prefix + "%' AND query NOT LIKE 'EXPLAIN%'")) {
            int statements = 0;
            while (row.next()) {
                statements++;
                assertThat(row.getLong("jit_functions"))
                        .as(row.getString("query"))
                        .isZero();
                assertThat(row.getLong("buffers"))
                        .as(row.getString("query"))
                        .isLessThan(
                                IN_BACKGROUND.stream().anyMatch(row.getString("query")::contains)
                                        ? MANY_BUFFERS
                                        : FEW_BUFFERS);
            }
            assertThat(statements).isGreaterThan(5);
        }
    }

    private static void mainPath(JdbcQueueManager queue, String name) throws InterruptedException {
        for (int i = 0; i < ROUNDS; i++) {
            BatchRequest request = BatchRequest.of("/" + name + "/" + i).build();
            queue.submit(request);
            queue.submitAll(List.of(
                    BatchRequest.of("/" + name + "/a" + i).build(),
                    BatchRequest.of("/" + name + "/b" + i).build()));
            assertThat(queue.find(request.key())).isPresent();
            List<LeasedRequest> leased = queue.lease(WORKER, 4, Duration.ZERO);
            assertThat(leased).isNotEmpty();
            queue.renewAll(leased.stream().map(LeasedRequest::lease).toList());
            queue.progress(leased.get(0).lease(), new Progress(0.5, "half"));
            for (LeasedRequest one : leased) {
                queue.complete(one.lease());
            }
            queue.position(request.key());
            queue.position(new RequestKey("f" + MANY));
            queue.overview();
            queue.list(Phase.PENDING, Optional.empty(), 100);
            queue.list(Phase.COMPLETED, Optional.empty(), 100);
            queue.prune(Duration.ofDays(1), 10);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(MachinePostgres.server().url());
    }

    private static void query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
