package org.armlib.aws.pair;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.armlib.aws.s3.servers.S3Server;
import org.armlib.bootstrap.Armlib;
import org.armlib.ports.Job;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The server sends who fetches a result to S3, which checks the signature and hands out the bytes. */
class RedirectedResultsTest {
    private static final String CONTENT = "day,rain\n".repeat(1000);

    private static S3Server s3;

    private final HttpClient staying = HttpClient.newHttpClient();
    private final HttpClient following =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    @BeforeAll
    static void startServer() {
        s3 = S3Server.startProxy();
    }

    @AfterAll
    static void stopServer() {
        s3.close();
    }

    @Test
    void a_result_is_fetched_from_the_store() throws Exception {
        try (Armlib armlib = serve("plain", "none")) {
            URI address = armlib.address().orElseThrow();
            HttpResponse<byte[]> waited = following.send(
                    to(address, "batch/report?_key=k", "Prefer", "wait=60").build(), bytes());
            assertThat(waited.uri().getPort()).isEqualTo(s3.endpoint().getPort());
            assertThat(waited.statusCode()).isEqualTo(200);
            assertThat(waited.body()).asString(UTF_8).isEqualTo(CONTENT);

            HttpResponse<byte[]> answer =
                    staying.send(to(address, "results/k.csv").build(), bytes());
            assertThat(answer.statusCode()).isEqualTo(307);
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            URI location = URI.create(answer.headers().firstValue("Location").orElseThrow());
            HttpResponse<byte[]> stored =
                    staying.send(HttpRequest.newBuilder(location).build(), bytes());
            assertThat(stored.statusCode()).isEqualTo(200);
            assertThat(stored.body()).asString(UTF_8).isEqualTo(CONTENT);
            assertThat(stored.headers().firstValue("Content-Type")).contains("text/csv");
            assertThat(stored.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"k.csv\"");

            HttpResponse<byte[]> part = following.send(
                    to(address, "results/k", "Range", "bytes=4-7").build(), bytes());
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).asString(UTF_8).isEqualTo("rain");
            HttpResponse<byte[]> posted = following.send(
                    to(address, "batch/report?_key=k", "Prefer", "wait=60")
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    bytes());
            assertThat(posted.body()).asString(UTF_8).isEqualTo(CONTENT);
        }
    }

    @Test
    void a_head_is_signed_as_such() throws Exception {
        try (Armlib armlib = serve("head", "none")) {
            URI address = armlib.address().orElseThrow();
            following.send(
                    to(address, "batch/report?_key=k", "Prefer", "wait=60").build(), bytes());

            HttpResponse<byte[]> head = following.send(
                    to(address, "results/k.csv")
                            .method("HEAD", HttpRequest.BodyPublishers.noBody())
                            .build(),
                    bytes());

            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.uri().getPort()).isEqualTo(s3.endpoint().getPort());
            assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(CONTENT.length());
        }
    }

    @Test
    void who_cannot_read_what_is_stored_gets_it_from_the_server() throws Exception {
        try (Armlib armlib = serve("packed", "gzip")) {
            URI address = armlib.address().orElseThrow();
            HttpResponse<byte[]> plain = following.send(
                    to(address, "batch/report?_key=k", "Prefer", "wait=60").build(), bytes());
            assertThat(plain.uri().getPort()).isEqualTo(address.getPort());
            assertThat(plain.body()).asString(UTF_8).isEqualTo(CONTENT);

            HttpResponse<byte[]> packed = following.send(
                    to(address, "results/k.csv", "Accept-Encoding", "gzip").build(), bytes());
            assertThat(packed.uri().getPort()).isEqualTo(s3.endpoint().getPort());
            assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())))
                    .hasContent(CONTENT);
        }
    }

    private static Armlib serve(String bucket, String compression) {
        return Armlib.builder()
                .appConf("""
                        queue { adapter = jdbc, url = "jdbc:h2:mem:redirected-%s" }
                        cache {
                          adapter = s3, endpoint = "%s", bucket = redirected-%s, compression = %s
                          create-bucket = true, path-style = true
                        }
                        server { adapter = http, port = 0, redirect-for = 5m }
                        """.formatted(bucket, s3.endpoint(), bucket, compression))
                .processor(RedirectedResultsTest::report)
                .serve()
                .start();
    }

    private static void report(Job job) throws IOException {
        try (OutputStream csv = job.format("csv", "text/csv")) {
            csv.write(CONTENT.getBytes(UTF_8));
        }
    }

    private static HttpRequest.Builder to(URI address, String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofMinutes(2));
        return headers.length > 0 ? request.headers(headers) : request;
    }

    private static HttpResponse.BodyHandler<byte[]> bytes() {
        return HttpResponse.BodyHandlers.ofByteArray();
    }
}
