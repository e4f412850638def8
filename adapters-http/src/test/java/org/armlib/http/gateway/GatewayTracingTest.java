package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.TraceContext;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.UpstreamUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the upstream is told of the trace, and which spans an SDK of OpenTelemetry gets. */
class GatewayTracingTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final TraceContext SUBMITTED =
            new TraceContext("00-" + TRACE + "-" + SPAN + "-01", "vendor@system=x,other=y");

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
    private final List<List<String>> told = new CopyOnWriteArrayList<>();
    private final TestApi api = TestApi.handling(exchange -> {
        told.add(List.of(
                String.join(",", exchange.getRequestHeaders().getOrDefault("traceparent", List.of())),
                String.join(",", exchange.getRequestHeaders().getOrDefault("tracestate", List.of()))));
        switch (exchange.getRequestURI().getPath()) {
            case "/moved" -> TestApi.redirect(exchange, 302, "/here");
            case "/busy" -> TestApi.answer(exchange, 503, "text/plain", "come back later");
            case "/astray" -> TestApi.redirect(exchange, 302, "http://127.0.0.2/");
            default -> TestApi.answer(exchange, 200, "text/csv", "a,b\n");
        }
    });

    @AfterEach
    void close() {
        api.close();
        sdk.close();
    }

    private static MemoryJob job(String path) {
        BatchRequest request = BatchRequest.parse(path).trace(SUBMITTED).build();
        return new MemoryJob(request, ByteArrayOutputStream::new);
    }

    private GatewaySettings settings() {
        return GatewaySettings.of(api.uri()).build();
    }

    @Test
    void without_an_sdk_the_upstream_is_told_what_the_submitter_told() throws Exception {
        new GatewayProcessor(settings()).process(job("/moved"));
        new GatewayProcessor(settings(), new CompositeMeterRegistry(), OpenTelemetry.noop()).process(job("/report"));

        List<String> same = List.of(SUBMITTED.traceparent(), SUBMITTED.tracestate());
        assertThat(told).containsExactly(same, same, same);
    }

    @Test
    void of_a_request_that_is_not_traced_the_upstream_is_told_nothing() throws Exception {
        new GatewayProcessor(settings()).process(MemoryJob.of("/report"));

        assertThat(told).containsExactly(List.of("", ""));
    }

    @Test
    void the_global_instance_is_used_once_it_is_there_and_left_alone_until_then() throws Exception {
        GatewayProcessor gateway = new GatewayProcessor(settings());
        gateway.process(job("/report"));
        assertThat(GlobalOpenTelemetry.isSet()).isFalse();

        GlobalOpenTelemetry.set(sdk);
        try {
            gateway.process(job("/report"));
        } finally {
            GlobalOpenTelemetry.resetForTest();
        }

        assertThat(spans.getFinishedSpanItems()).hasSize(2);
    }

    @Test
    void a_run_is_a_span_of_the_submitters_trace_and_each_call_one_within() throws Exception {
        MemoryJob job = job("/moved");

        new GatewayProcessor(settings(), new CompositeMeterRegistry(), sdk).process(job);

        SpanData request = only("armlib.request");
        assertThat(request.getTraceId()).isEqualTo(TRACE);
        assertThat(request.getParentSpanId()).isEqualTo(SPAN);
        assertThat(request.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(request.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(request.getAttributes().get(AttributeKey.stringKey("armlib.key")))
                .isEqualTo(job.request().key().value());
        assertThat(request.getAttributes().get(AttributeKey.longKey("armlib.attempt")))
                .isEqualTo(job.lease().attempt());
        List<SpanData> calls = calls();
        assertThat(calls).allSatisfy(call -> {
            assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(call.getParentSpanId()).isEqualTo(request.getSpanId());
            assertThat(call.getAttributes().get(AttributeKey.stringKey("server.address")))
                    .isEqualTo("127.0.0.1");
        });
        assertThat(calls).extracting(GatewayTracingTest::status).containsExactly(302L, 200L);
        assertThat(told)
                .containsExactlyElementsOf(calls.stream()
                        .map(call -> List.of("00-" + TRACE + "-" + call.getSpanId() + "-01", SUBMITTED.tracestate()))
                        .toList());
        assertThat(Span.fromContext(Context.current()).getSpanContext().isValid())
                .isFalse();
    }

    @Test
    void what_fails_is_an_error_of_the_call_and_of_the_run() {
        GatewayProcessor gateway = new GatewayProcessor(settings(), new CompositeMeterRegistry(), sdk);

        assertThatThrownBy(() -> gateway.process(job("/busy"))).isInstanceOf(UpstreamUnavailableException.class);
        assertThat(only("GET").getAttributes().get(AttributeKey.stringKey("error.type")))
                .isEqualTo("503");
        assertError(only("GET"), "come back later");
        assertError(only("armlib.request"), "come back later");

        spans.reset();
        assertThatThrownBy(() -> gateway.process(job("/astray"))).isInstanceOf(PermanentFailureException.class);
        assertThat(only("GET").getAttributes().get(AttributeKey.stringKey("error.type")))
                .isEqualTo(PermanentFailureException.class.getName());
        assertError(only("GET"), "redirects to");
        assertError(only("armlib.request"), "redirects to");
    }

    @Test
    void a_run_that_is_not_traced_begins_a_trace_or_goes_on_with_that_of_its_thread() throws Exception {
        GatewayProcessor gateway = new GatewayProcessor(settings(), new CompositeMeterRegistry(), sdk);

        gateway.process(MemoryJob.of("/report"));
        assertThat(only("armlib.request").getParentSpanContext().isValid()).isFalse();
        assertThat(told.get(0).get(0)).startsWith("00-" + only("armlib.request").getTraceId());

        spans.reset();
        Span around = sdk.getTracer("test").spanBuilder("around").startSpan();
        try (var scope = around.makeCurrent()) {
            assertThat(scope).isNotNull();
            gateway.process(MemoryJob.of("/report"));
        }
        assertThat(only("armlib.request").getParentSpanId())
                .isEqualTo(around.getSpanContext().getSpanId());
    }

    private static void assertError(SpanData span, String message) {
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getStatus().getDescription()).contains(message);
    }

    private static Long status(SpanData call) {
        return call.getAttributes().get(AttributeKey.longKey("http.response.status_code"));
    }

    private SpanData only(String name) {
        List<SpanData> named = spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
        assertThat(named).hasSize(1);
        return named.get(0);
    }

    private List<SpanData> calls() {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals("GET"))
                .toList();
    }
}
