package org.armlib.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.RequestKey;
import org.armlib.domain.TraceContext;
import org.armlib.http.gateway.GatewayProcessor;
import org.armlib.http.gateway.GatewaySettings;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the headers of who submits, through the queue, to the headers that the upstream gets. */
class TracingTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String OTHER_PARENT = "00-ffffffffffffffffffffffffffffffff-1111111111111111-00";
    private static final String STATE = "vendor@system=x,other=y";

    /** The path that was asked for, traceparent and tracestate. */
    private final BlockingQueue<List<String>> told = new LinkedBlockingQueue<>();

    private final Site site = new Site();
    private final HttpServer upstream;

    TracingTest() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        upstream.createContext("/", exchange -> {
            told.add(List.of(
                    exchange.getRequestURI().toString(),
                    String.join(";", exchange.getRequestHeaders().getOrDefault("traceparent", List.of())),
                    String.join(";", exchange.getRequestHeaders().getOrDefault("tracestate", List.of()))));
            exchange.getResponseHeaders().set("Content-Type", "text/csv");
            exchange.sendResponseHeaders(200, 1);
            try (exchange) {
                exchange.getResponseBody().write('a');
            }
        });
    }

    @BeforeEach
    void start() {
        upstream.start();
    }

    @AfterEach
    void close() {
        site.close();
        upstream.stop(0);
    }

    private GatewaySettings gateway() {
        return GatewaySettings.of(
                        URI.create("http://127.0.0.1:" + upstream.getAddress().getPort()))
                .build();
    }

    private List<String> told() throws InterruptedException {
        List<String> next = told.poll(Site.PATIENCE, TimeUnit.SECONDS);
        assertThat(next).as("what the upstream was told").isNotNull();
        return next;
    }

    @Test
    void without_an_sdk_the_submitters_headers_reach_the_upstream_as_they_are() throws Exception {
        site.work(1, new GatewayProcessor(gateway()));

        site.post("/requests", "{\"requestUri\": \"/a\"}", "traceparent", PARENT, "tracestate", STATE);
        assertThat(told()).containsExactly("/a", PARENT, STATE);

        HttpRequest.Builder twoStates = site.to("/batch/b?x=1").GET();
        site.send(twoStates, "traceparent", PARENT, "tracestate", "vendor@system=x", "tracestate", "other=y");
        assertThat(told()).containsExactly("/b?x=1", PARENT, STATE);

        site.call("GET", "/batch/c");
        assertThat(told()).containsExactly("/c", "", "");
    }

    @Test
    void a_request_that_is_run_again_is_in_the_trace_of_who_asks_for_it_or_stays_in_its_own() throws Exception {
        site.work(1, new GatewayProcessor(gateway()));
        site.call("GET", "/batch/a?_key=k", "traceparent", PARENT, "Prefer", "wait=" + Site.PATIENCE);
        assertThat(told()).containsExactly("/a", PARENT, "");

        site.call("POST", "/requests/k/resubmit");
        assertThat(told()).containsExactly("/a", PARENT, "");
        site.get("/requests/k?wait=" + Site.PATIENCE);

        site.call("POST", "/requests/k/resubmit", "traceparent", OTHER_PARENT, "tracestate", STATE);
        assertThat(told()).containsExactly("/a", OTHER_PARENT, STATE);
    }

    @Test
    void headers_that_the_standard_says_to_ignore_refuse_nothing() throws Exception {
        int number = 0;
        for (String malformed : List.of("", "00", PARENT.replace("00-", "ff-"), PARENT + "," + PARENT)) {
            String key = "k" + number++;
            HttpResponse<String> answer = site.post(
                    "/requests", "{\"requestUri\": \"/a\", \"key\": \"" + key + "\"}", "traceparent", malformed);
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(trace(key)).isEmpty();
        }
        site.call("GET", "/batch/a?_key=long", "traceparent", PARENT, "tracestate", "a=" + "x".repeat(600));
        assertThat(trace("long")).contains(new TraceContext(PARENT, ""));
    }

    private Optional<TraceContext> trace(String key) {
        return site.queue.find(new RequestKey(key)).orElseThrow().request().trace();
    }

    @Test
    void with_an_sdk_the_upstream_is_told_the_span_of_the_call_in_the_submitters_trace() throws Exception {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build()) {
            site.work(1, new GatewayProcessor(gateway(), new SimpleMeterRegistry(), sdk));

            site.call("GET", "/batch/a", "traceparent", PARENT, "tracestate", STATE, "Prefer", "wait=120");

            List<SpanData> ended = spans.getFinishedSpanItems();
            assertThat(ended).extracting(SpanData::getName).containsExactly("GET", "armlib.request");
            assertThat(ended)
                    .extracting(SpanData::getParentSpanId)
                    .containsExactly(ended.get(1).getSpanId(), "b7ad6b7169203331");
            assertThat(told())
                    .containsExactly(
                            "/a",
                            PARENT.replace("b7ad6b7169203331", ended.get(0).getSpanId()),
                            STATE);
        }
    }

    @Test
    void a_span_around_the_servlet_goes_before_the_headers() throws Exception {
        Span around = Span.wrap(SpanContext.create(
                "f".repeat(32),
                "1".repeat(16),
                TraceFlags.getDefault(),
                TraceState.builder().put("vendor", "z").build()));
        Server container = new Server();
        ServerConnector connector = new ServerConnector(container);
        connector.setHost("127.0.0.1");
        container.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addFilter(
                new FilterHolder((request, response, chain) -> {
                    try (var scope = around.makeCurrent()) {
                        assertThat(scope).isNotNull();
                        chain.doFilter(request, response);
                    }
                }),
                "/*",
                EnumSet.allOf(DispatcherType.class));
        ServletHolder servlet = new ServletHolder(new ApiServlet(
                site.requests,
                site.queue,
                site.cache,
                Clock.systemUTC(),
                ApiSettings.DEFAULT,
                new SimpleMeterRegistry()));
        servlet.setAsyncSupported(true);
        context.addServlet(servlet, "/*");
        container.setHandler(context);
        container.start();
        try {
            HttpRequest submit = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/batch/a?_key=k"))
                    .header("traceparent", PARENT)
                    .build();
            assertThat(site.client
                            .send(submit, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(202);
        } finally {
            container.stop();
        }

        assertThat(trace("k")).contains(new TraceContext(OTHER_PARENT, "vendor=z"));
    }
}
