package org.armlib.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.dynamodb.server.DynamoDbLocal;
import org.armlib.aws.s3.S3CacheSettings;
import org.armlib.aws.s3.servers.S3Server;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.jdbc.JdbcQueueManager;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Submitted;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingTest {
    @TempDir
    Path folder;

    @Test
    void by_configuration() {
        assertThat(EmbedWithConfig.submit().status()).isNotEqualTo(BatchStatus.Status.UNKNOWN);
    }

    @Test
    void by_modules() {
        assertThat(EmbedWithModules.submit(folder).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
    }

    @Test
    void by_constructors() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EmbedWithConstructors.run(
                BatchRequest.parse("/report?year=2024").build(),
                job -> {
                    try (OutputStream csv = job.format("csv", "text/csv")) {
                        Report.report(job.request().parameters(), csv);
                    }
                },
                folder,
                out);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("day\n2024-1\n")
                .hasLineCount(367);
    }

    @Test
    void in_the_database_of_a_data_source() {
        BatchRequest request = BatchRequest.parse("/report?year=2024").build();
        try (Armlib armlib = EmbedWithDataSource.start(database("started"), job -> {
            try (OutputStream csv = job.format("csv", "text/csv")) {
                Report.report(job.request().parameters(), csv);
            }
        })) {
            assertThat(armlib.queue()).isInstanceOf(JdbcQueueManager.class);
            assertThat(armlib.requestManager().submit(request).status().status())
                    .isNotEqualTo(BatchStatus.Status.UNKNOWN);
        }
    }

    @Test
    void in_a_transaction() throws SQLException {
        DataSource source = database("orders");
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id INT PRIMARY KEY)");
        }
        BatchRequest first = BatchRequest.parse("/report?year=2024").build();
        BatchRequest second = BatchRequest.parse("/report?year=2025").build();
        try (JdbcQueueManager queue = EmbedWithDataSource.open(source)) {
            assertThat(EmbedWithDataSource.order(1, first, source, queue).outcome())
                    .isEqualTo(Enqueued.Outcome.ADDED);
            assertThatThrownBy(() -> EmbedWithDataSource.order(1, second, source, queue))
                    .isInstanceOf(SQLException.class);

            assertThat(queue.find(first.key())).isPresent();
            assertThat(queue.find(second.key())).isEmpty();
        }
    }

    @Test
    void on_aws() {
        BatchRequest request = BatchRequest.parse("/report?year=2024").build();
        try (DynamoDbLocal dynamodb = DynamoDbLocal.start();
                S3Server s3 = S3Server.startProxy()) {
            Submitted submitted = EmbedWithAws.submit(
                    request,
                    AwsAccess.DEFAULT.at(dynamodb.endpoint()),
                    AwsAccess.DEFAULT.at(s3.endpoint()),
                    S3CacheSettings.of("reports").withPathStyle(true).withCreateBucket(true));

            assertThat(submitted.how()).isEqualTo(Submitted.How.QUEUED);
        }
    }

    private static DataSource database(String name) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        return source;
    }
}
