package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Parameters;
import org.armlib.domain.Progress;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.UpstreamUnavailableException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GatewayProcessorTest {

    private static GatewayProcessor gateway(URI upstream) {
        return new GatewayProcessor(GatewaySettings.of(upstream).build());
    }

    @Test
    void streams_the_answer_into_the_format_of_its_media_type() throws Exception {
        try (TestApi api = TestApi.answering(200, "text/csv; charset=utf-8", "a,b\n1,ü\n")) {
            MemoryJob job = MemoryJob.of("/report?year=2012");

            gateway(api.uri("/api/")).process(job);

            assertThat(job.formats()).containsOnlyKeys("csv");
            assertThat(job.only().mediaType()).isEqualTo("text/csv; charset=utf-8");
            assertThat(job.only().text()).isEqualTo("a,b\n1,ü\n");
            assertThat(api.asked()).containsExactly(URI.create("/api/report?year=2012"));
        }
    }

    @Test
    void carries_any_bytes_and_says_how_far_it_has_come() throws Exception {
        byte[] content = new byte[5_000_000];
        new Random(20120401).nextBytes(content);
        try (TestApi api = TestApi.handling(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/pdf");
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        })) {
            MemoryJob job = MemoryJob.of("/");

            gateway(api.uri()).process(job);

            assertThat(Arrays.equals(job.format("pdf").bytes(), content)).isTrue();
            assertThat(job.reports()).hasSizeBetween(5, 200);
            assertThat(job.reports().stream().map(Progress::fraction))
                    .isSorted()
                    .allMatch(fraction -> fraction > 0 && fraction <= 1);
        }
    }

    @Test
    void carries_a_chunked_answer_of_unknown_length() throws Exception {
        try (TestApi api = TestApi.handling(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(("{\"n\":" + i + "}\n").getBytes(StandardCharsets.UTF_8));
            }
        })) {
            MemoryJob job = MemoryJob.of("/");

            gateway(api.uri()).process(job);

            assertThat(job.format("ndjson").text())
                    .startsWith("{\"n\":0}\n")
                    .endsWith("{\"n\":999}\n")
                    .hasLineCount(1000);
        }
    }

    @Test
    void sends_exactly_the_parameters() throws Exception {
        Map<String, List<String>> parameters = new HashMap<>();
        parameters.put("leer zeichen", List.of(" a b ", ""));
        parameters.put("&=+%#?/", List.of("&", "=", "+", "%", "%41", "#", "\n\r\t", "a+b c"));
        parameters.put("\ud83c\udf27", List.of("Zürich", "東京", "\u0000\u001f", "\ud83d\udc69\u200d\ud83d\udd2c"));
        BatchRequest request =
                BatchRequest.of("/q").parameters(Parameters.of(parameters)).build();
        try (TestApi api = TestApi.answering(200, "text/plain", "ok")) {

            gateway(api.uri()).process(new MemoryJob(request, ByteArrayOutputStream::new));

            String query = api.asked().get(0).getRawQuery();
            assertThat(Parameters.parse(query).asMap()).isEqualTo(parameters);
            assertThat(query).doesNotContain("+");
        }
    }

    @Test
    void sends_the_path_as_it_is_written() throws Exception {
        try (TestApi api = TestApi.answering(200, "text/plain", "ok")) {
            gateway(api.uri("/base")).process(MemoryJob.of("/%7euser/ü/a%20b/%3a;v=1/"));

            assertThat(api.asked()).containsExactly(URI.create("/base/%7euser/%C3%BC/a%20b/%3a;v=1/"));
        }
    }

    @Test
    void sends_the_headers_that_are_set_and_asks_for_no_encoding() throws Exception {
        Map<String, List<String>> seen = new HashMap<>();
        try (TestApi api = TestApi.handling(exchange -> {
            seen.putAll(exchange.getRequestHeaders());
            TestApi.answer(exchange, 200, "text/plain", "ok");
        })) {
            GatewaySettings settings = GatewaySettings.of(api.uri())
                    .accept("text/csv")
                    .header("X-Api-Key", "s3cret")
                    .build();

            new GatewayProcessor(settings).process(MemoryJob.of("/"));

            assertThat(seen)
                    .containsEntry("Accept", List.of("text/csv"))
                    .containsEntry("X-api-key", List.of("s3cret"))
                    .containsEntry("Accept-encoding", List.of("identity"))
                    .doesNotContainKeys("Upgrade", "Http2-settings");
        }
    }

    @Test
    void an_empty_answer_is_an_empty_result() throws Exception {
        try (TestApi api = TestApi.answering(200, "text/csv", "")) {
            MemoryJob job = MemoryJob.of("/");
            gateway(api.uri()).process(job);
            assertThat(job.format("csv").bytes()).isEmpty();
        }
        try (TestApi api = TestApi.answering(204, "", "")) {
            MemoryJob job = MemoryJob.of("/");
            gateway(api.uri()).process(job);
            assertThat(job.format("bin").bytes()).isEmpty();
        }
    }

    @Test
    void an_answer_without_a_media_type_is_binary() throws Exception {
        try (TestApi api = TestApi.answering(200, "", "?")) {
            MemoryJob job = MemoryJob.of("/");
            gateway(api.uri()).process(job);
            assertThat(job.formats()).containsOnlyKeys("bin");
            assertThat(job.only().mediaType()).isEqualTo("application/octet-stream");
        }
    }

    @Test
    void decodes_gzip_that_was_not_asked_for() throws Exception {
        ByteArrayOutputStream twoMembers = new ByteArrayOutputStream();
        for (String part : List.of("first,", "second")) {
            try (OutputStream gzip = new GZIPOutputStream(twoMembers)) {
                gzip.write(part.getBytes(StandardCharsets.UTF_8));
            }
        }
        try (TestApi api = TestApi.handling(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/csv");
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, twoMembers.size());
            twoMembers.writeTo(exchange.getResponseBody());
        })) {
            MemoryJob job = MemoryJob.of("/");

            gateway(api.uri()).process(job);

            assertThat(job.format("csv").text()).isEqualTo("first,second");
        }
    }

    @Test
    void refuses_gzip_that_decodes_to_more_than_the_limit() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[10_000_000]);
        }
        try (TestApi api = TestApi.handling(exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, bomb.size());
            bomb.writeTo(exchange.getResponseBody());
        })) {
            GatewayProcessor gateway = new GatewayProcessor(
                    GatewaySettings.of(api.uri()).maxSize(1_000_000).build());

            assertThatExceptionOfType(PermanentFailureException.class)
                    .isThrownBy(() -> gateway.process(MemoryJob.of("/")))
                    .withMessageContaining("1000000 bytes")
                    .withMessageContaining("max-size");
        }
    }

    @Test
    void refuses_an_encoding_it_does_not_know() {
        try (TestApi api = TestApi.handling(exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "br");
            TestApi.answer(exchange, 200, "text/csv", "???");
        })) {
            assertThatExceptionOfType(PermanentFailureException.class)
                    .isThrownBy(() -> gateway(api.uri()).process(MemoryJob.of("/")))
                    .withMessageContaining("'br'");
        }
    }

    private record Outcome(int status, Class<? extends ArmlibException> exception, boolean retryable) {}

    @TestFactory
    Stream<DynamicTest> fails_as_the_status_says() {
        return Stream.of(
                        new Outcome(202, PermanentFailureException.class, false),
                        new Outcome(206, PermanentFailureException.class, false),
                        new Outcome(300, PermanentFailureException.class, false),
                        new Outcome(400, PermanentFailureException.class, false),
                        new Outcome(401, PermanentFailureException.class, false),
                        new Outcome(404, PermanentFailureException.class, false),
                        new Outcome(408, GatewayException.class, true),
                        new Outcome(410, PermanentFailureException.class, false),
                        new Outcome(422, PermanentFailureException.class, false),
                        new Outcome(429, UpstreamUnavailableException.class, true),
                        new Outcome(500, GatewayException.class, true),
                        new Outcome(502, GatewayException.class, true),
                        new Outcome(503, UpstreamUnavailableException.class, true),
                        new Outcome(504, GatewayException.class, true))
                .map(outcome -> DynamicTest.dynamicTest(String.valueOf(outcome.status()), () -> {
                    try (TestApi api = TestApi.answering(outcome.status(), "text/plain", "the reason")) {
                        MemoryJob job = MemoryJob.of("/");

                        assertThatThrownBy(() -> gateway(api.uri()).process(job))
                                .isExactlyInstanceOf(outcome.exception())
                                .hasMessageContaining(outcome.status() + ": the reason")
                                .extracting(e -> ((ArmlibException) e).retryable())
                                .isEqualTo(outcome.retryable());
                        assertThat(job.formats()).isEmpty();
                    }
                }));
    }

    @Test
    void passes_on_title_and_detail_of_a_problem() {
        String problem = "{\"type\":\"about:blank\",\"title\":\"Bad year\", \"status\":400,"
                + "\"detail\":\"\\\"2042\\\" is ahead\\u002c\\nsee \\/years\"}";
        try (TestApi api = TestApi.answering(400, "application/problem+json", problem)) {
            assertThatExceptionOfType(PermanentFailureException.class)
                    .isThrownBy(() -> gateway(api.uri()).process(MemoryJob.of("/")))
                    .withMessage("the upstream answered 400: Bad year: \"2042\" is ahead, see /years");
        }
    }

    @Test
    void cuts_the_upstreams_message_and_removes_what_is_no_text() {
        String message = "\u001b[31mred\u0000\u202e\r\n\tline " + "x".repeat(100_000);
        try (TestApi api = TestApi.answering(500, "text/plain;charset=utf-8", message)) {
            assertThatExceptionOfType(GatewayException.class)
                    .isThrownBy(() -> gateway(api.uri()).process(MemoryJob.of("/")))
                    .satisfies(e -> assertThat(e.getMessage())
                            .startsWith("the upstream answered 500: [31mred line xxx")
                            .hasSizeBetween(1000, 1100)
                            .matches("\\p{Print}+"));
        }
    }

    @Test
    void a_message_that_is_no_text_is_left_out() {
        try (TestApi api = TestApi.answering(500, "image/png", "\u0089PNG")) {
            assertThatExceptionOfType(GatewayException.class)
                    .isThrownBy(() -> gateway(api.uri()).process(MemoryJob.of("/")))
                    .withMessage("the upstream answered 500");
        }
    }

    @Test
    void nobody_there_is_unavailable() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        GatewayProcessor refused = gateway(URI.create("http://127.0.0.1:" + free));
        GatewayProcessor unknown = gateway(URI.create("http://no-such-host.invalid"));

        assertThatExceptionOfType(UpstreamUnavailableException.class)
                .isThrownBy(() -> refused.process(MemoryJob.of("/")))
                .withMessageContaining("127.0.0.1:" + free);
        assertThat(refused.isAvailable()).isFalse();
        assertThatExceptionOfType(UpstreamUnavailableException.class)
                .isThrownBy(() -> unknown.process(MemoryJob.of("/")))
                .withMessageContaining("no-such-host.invalid");
        assertThat(unknown.isAvailable()).isFalse();
    }

    @Test
    void a_result_that_cannot_be_written_is_no_fault_of_the_upstream() {
        try (TestApi api = TestApi.answering(200, "text/csv", "a,b\n")) {
            OutputStream full = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("disk full");
                }
            };
            assertThatThrownBy(() -> gateway(api.uri())
                            .process(new MemoryJob(BatchRequest.of("/").build(), () -> full)))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("disk full");
        }
    }
}
