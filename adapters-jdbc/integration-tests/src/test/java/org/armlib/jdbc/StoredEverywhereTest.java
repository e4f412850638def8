package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.InProgress;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Parameters;
import org.armlib.domain.Pending;
import org.armlib.domain.Progress;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.armlib.jdbc.servers.MariaDbServer;
import org.armlib.jdbc.servers.PostgresServer;
import org.armlib.ports.Enqueued;
import org.junit.jupiter.api.Test;

/** Databases whose character set lacks most characters: requests and reports are found as they were given all the same. */
class StoredEverywhereTest {
    private static final String AWKWARD = "\u20ac \u00e9 \ud83d\ude00 \u0000 \\ \\u0041 \ud83d x \udc00";

    @Test
    void in_postgresql_with_latin1() throws Exception {
        everythingIsStored(postgres("latin1", "LATIN1"), JdbcQueueSettings.DEFAULT);
    }

    @Test
    void in_postgresql_with_sql_ascii() throws Exception {
        everythingIsStored(postgres("sql_ascii", "SQL_ASCII"), JdbcQueueSettings.DEFAULT);
    }

    @Test
    void in_mariadb_with_latin1_for_the_schema() throws Exception {
        String url = MariaDbServer.shared().newDatabase();
        execute(url, "ALTER DATABASE CHARACTER SET latin1");
        everythingIsStored(url, JdbcQueueSettings.DEFAULT);
    }

    @Test
    void in_mariadb_with_tables_that_were_converted() throws Exception {
        String url = MariaDbServer.shared().newDatabase();
        JdbcQueueManager.open(JdbcAccess.to(url), JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT)
                .close();
        for (String table : List.of("armlib_live", "armlib_finished")) {
            execute(url, "ALTER TABLE " + table + " CONVERT TO CHARACTER SET utf8mb3 COLLATE utf8mb3_bin");
        }
        everythingIsStored(url, JdbcQueueSettings.DEFAULT.withoutMigration());
    }

    private static String postgres(String name, String encoding) throws SQLException {
        String url = PostgresServer.shared().url();
        execute(
                url,
                "CREATE DATABASE " + name + " ENCODING '" + encoding
                        + "' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        return url.replace("/postgres?", "/" + name + "?");
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void everythingIsStored(String url, JdbcQueueSettings settings) throws Exception {
        WorkerId worker = new WorkerId("worker");
        BatchRequest request = BatchRequest.of("/bericht/\u20ac/\ud83d\ude00/\\u0041")
                .parameters(Parameters.of(Map.of("wert", List.of("\u20ac \u00e9 \ud83d\ude00 \u0000 \\ \\u0041"))))
                .build();
        BatchRequest other = BatchRequest.of("/caf\u00e9").build();
        try (JdbcQueueManager queue = JdbcQueueManager.open(JdbcAccess.to(url), settings, RetryPolicy.DEFAULT)) {
            queue.submitAll(List.of(other, BatchRequest.of("/\u0416").build()));
            assertThat(queue.submit(request).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
            assertThat(queue.submit(request).outcome()).isEqualTo(Enqueued.Outcome.JOINED);
            assertThat(queue.find(request.key()).orElseThrow().request()).isEqualTo(request);
            List<LeasedRequest> leased = queue.lease(worker, 3, Duration.ZERO);
            assertThat(leased).extracting(LeasedRequest::request).contains(request, other);

            LeasedRequest first = leased.get(0);
            queue.progress(first.lease(), new Progress(0.5, AWKWARD));
            assertThat(queue.find(first.request().key()).orElseThrow().state())
                    .isInstanceOfSatisfying(
                            InProgress.class,
                            running -> assertThat(running.progress().message()).isEqualTo(AWKWARD));
            queue.fail(first.lease(), Failure.retryable(AWKWARD));
            assertThat(queue.find(first.request().key()).orElseThrow().state())
                    .isInstanceOfSatisfying(
                            Pending.class,
                            waiting -> assertThat(waiting.lastFailure()).contains(Failure.retryable(AWKWARD)));
            queue.fail(leased.get(1).lease(), Failure.permanent(AWKWARD));
            assertThat(queue.find(leased.get(1).request().key()).orElseThrow().state())
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed -> assertThat(failed.reason().message()).isEqualTo(AWKWARD));
        }
    }
}
