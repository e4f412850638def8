package org.armlib.http.gateway;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.function.Supplier;
import org.armlib.domain.TraceContext;
import org.armlib.ports.Job;

/**
 * The spans of a run and of its calls. Where no SDK of OpenTelemetry is, there are none, and the upstream is told what the
 * submitter told. Thread-safe.
 */
final class Tracing {
    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final Supplier<OpenTelemetry> telemetry;

    Tracing(Supplier<OpenTelemetry> telemetry) {
        this.telemetry = telemetry;
    }

    /** Begins the span of a run, in the trace that the request was submitted in. */
    Traced request(Job job) {
        return new Traced(telemetry
                .get()
                .getTracer("org.armlib.gateway")
                .spanBuilder("armlib.request")
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(job.request().trace().map(Tracing::context).orElseGet(Context::current))
                .setAttribute("armlib.key", job.request().key().value())
                .setAttribute("armlib.attempt", job.lease().attempt())
                .startSpan());
    }

    /** Begins the span of a call, within the one that is current. */
    Traced call(URI target) {
        return new Traced(telemetry
                .get()
                .getTracer("org.armlib.gateway")
                .spanBuilder("GET")
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("http.request.method", "GET")
                .setAttribute("server.address", target.getHost())
                .setAttribute("server.port", port(target))
                .startSpan());
    }

    private static int port(URI target) {
        if (target.getPort() >= 0) {
            return target.getPort();
        }
        return target.getScheme().equals("https") ? 443 : 80;
    }

    private static Context context(TraceContext trace) {
        Map<String, String> fields = Map.of("traceparent", trace.traceparent(), "tracestate", trace.tracestate());
        return W3C.extract(Context.current(), fields, Map::get);
    }

    /** A span, the current one of its thread until it ends. Used by one thread. */
    static final class Traced {
        private final Span span;
        private final Scope scope;
        private int status;

        // It is closed by end().
        @SuppressWarnings("MustBeClosedChecker")
        private Traced(Span span) {
            this.span = span;
            this.scope = span.makeCurrent();
        }

        /** Tells the upstream of the span. */
        void tell(HttpRequest.Builder request) {
            W3C.inject(Context.current().with(span), request, HttpRequest.Builder::setHeader);
        }

        void answered(int code) {
            status = code;
            span.setAttribute("http.response.status_code", code);
        }

        void failed(Exception failure) {
            span.setAttribute(
                    "error.type",
                    status >= 400 ? String.valueOf(status) : failure.getClass().getName());
            span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
        }

        void end() {
            scope.close();
            span.end();
        }
    }
}
