package org.armlib.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.armlib.application.StandardRequestManager;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.dynamodb.server.DynamoDbLocal;
import org.armlib.aws.s3.S3CacheSettings;
import org.armlib.aws.s3.servers.S3Server;
import org.armlib.bootstrap.Armlib;
import org.armlib.bootstrap.ConfigurationException;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.InvalidRequestException;
import org.armlib.jdbc.JdbcQueueManager;
import org.armlib.memory.MemCacheManager;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Enqueued;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestManager;
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
        MeterRegistry registry = new SimpleMeterRegistry();
        try (Armlib armlib = EmbedWithDataSource.start(database("started"), registry, job -> {
            try (OutputStream csv = job.format("csv", "text/csv")) {
                Report.report(job.request().parameters(), csv);
            }
        })) {
            assertThat(armlib.queue()).isInstanceOf(JdbcQueueManager.class);
            assertThat(armlib.requestManager().submit(request).status().status())
                    .isNotEqualTo(BatchStatus.Status.UNKNOWN);
            assertThat(registry.get("armlib.submissions")
                            .tags("how", "queued", "area", "temporary")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void a_data_source_is_not_passed_to_an_adapter_that_has_no_use_for_it() {
        assertThatThrownBy(() -> Armlib.builder()
                        .appConf("queue.adapter = memory, cache.adapter = memory, worker.threads = 0")
                        .dataSource(database("unused"))
                        .start())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("queue.adapter: takes no DataSource");
        assertThatThrownBy(() -> Armlib.builder()
                        .appConf("queue.url = \"jdbc:h2:mem:other\", cache.adapter = memory, worker.threads = 0")
                        .dataSource(database("unused"))
                        .start())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("queue.url");
    }

    @Test
    void two_on_one_registry_measure_apart_and_leave_nothing_behind() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        List<String> told = new CopyOnWriteArrayList<>();
        RequestListener listener = new RequestListener() {
            @Override
            public void submitted(Submitted submitted) {
                told.add(submitted.status().key().value());
            }
        };
        Armlib.Builder one = served(registry).listener(listener);
        try (Armlib first = one.start();
                Armlib second = served(registry).start()) {
            first.requestManager().submit(BatchRequest.of("/a").build());
            second.requestManager().submit(BatchRequest.of("/b").build());
            second.requestManager().submit(BatchRequest.of("/c").build());

            assertThat(told).hasSize(1);
            for (int instance = 1; instance <= 2; instance++) {
                assertThat(registry.get("armlib.requests")
                                .tags("status", "Pending", "armlib.instance", Integer.toString(instance))
                                .gauge()
                                .value())
                        .isEqualTo(instance);
                assertThat(registry.get("armlib.submissions")
                                .tags("how", "queued", "armlib.instance", Integer.toString(instance))
                                .tags("area", "temporary")
                                .counter()
                                .count())
                        .isEqualTo(instance);
            }
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    private static Armlib.Builder served(MeterRegistry registry) {
        return Armlib.builder()
                .appConf("queue.adapter = memory, cache.adapter = memory, worker.threads = 4")
                .set("worker.threads", 0)
                .set("server.port", 0)
                .meterRegistry(registry)
                .serve();
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
            List<Submitted> told = new ArrayList<>();
            RequestListener listener = new RequestListener() {
                @Override
                public void submitted(Submitted submitted) {
                    told.add(submitted);
                }
            };
            CacheManager cache = new MemCacheManager(Clock.systemUTC());
            RequestManager requests = new StandardRequestManager(queue, cache, Clock.systemUTC(), listener);
            Submitted submitted = EmbedWithDataSource.order(1, first, source, requests);
            assertThat(submitted.how()).isEqualTo(Submitted.How.QUEUED);
            assertThat(told).containsExactly(submitted);
            assertThatThrownBy(() -> EmbedWithDataSource.order(1, second, source, requests))
                    .isInstanceOf(SQLException.class);

            assertThat(queue.find(first.key())).isPresent();
            assertThat(queue.find(second.key())).isEmpty();
        }
    }

    @Test
    void a_queue_without_transactions_refuses_to_take_part_in_one() throws SQLException {
        try (Armlib armlib = Armlib.builder()
                        .appConf("queue.adapter = memory, cache.adapter = memory, worker.threads = 0")
                        .start();
                Connection connection = database("none").getConnection()) {
            assertThatThrownBy(() ->
                            armlib.requestManager().submit(BatchRequest.of("/a").build(), connection))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("takes part in no transaction");
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

    @Test
    void in_a_trace() throws Exception {
        String traceparent = "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01";
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            told.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        upstream.start();
        String configuration = "queue.adapter = memory, cache.adapter = memory, processor { adapter = gateway,"
                + " upstream = \"http://127.0.0.1:" + upstream.getAddress().getPort() + "\" }";
        try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build()) {
            try (Armlib armlib = EmbedWithTracing.start(configuration, sdk)) {
                EmbedWithTracing.submit(armlib.requestManager(), traceparent, "c=d");
                assertThat(told.poll(2, TimeUnit.MINUTES)).startsWith("00-" + "a".repeat(32));
            }
            assertThat(spans.getFinishedSpanItems())
                    .filteredOn(span -> span.getName().equals("armlib.request"))
                    .extracting(SpanData::getParentSpanId)
                    .containsExactly("b".repeat(16));
        } finally {
            upstream.stop(0);
        }
    }

    private static DataSource database(String name) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        return source;
    }
}
