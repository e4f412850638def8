package org.armlib.http.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.armlib.http.gateway.Tracing.Traced;
import org.armlib.http.metrics.Timers;

/** One call of the upstream, measured and traced from the first byte sent to the last one received. Used by one thread. */
final class UpstreamCall {
    private final Traced span;
    private final MeterRegistry registry;
    private final long begun = System.nanoTime();
    private String status = "none";
    private String outcome = "success";

    UpstreamCall(Traced span, MeterRegistry registry) {
        this.span = span;
        this.registry = registry;
    }

    /** Tells the upstream which call of which trace it is. */
    void tell(HttpRequest.Builder request) {
        span.tell(request);
    }

    void answered(int code) {
        // By class: an upstream has too many codes to make a series of each.
        status = code / 100 + "xx";
        span.answered(code);
    }

    /** The answer is of no use, or nobody wants it any more. */
    void failed(Exception failure) {
        outcome = failure instanceof InterruptedException ? "abandoned" : "error";
        span.failed(failure);
    }

    void end() {
        span.end();
        Timers.of(
                        "armlib.upstream.calls",
                        "Calls of the upstream, by the status of its answer, and whether that was of use.")
                .tag("status", status)
                .tag("outcome", outcome)
                .register(registry)
                .record(Duration.ofNanos(System.nanoTime() - begun));
    }
}
