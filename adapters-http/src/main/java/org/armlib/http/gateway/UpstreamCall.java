package org.armlib.http.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.armlib.http.metrics.Spans;

/** Measures one call of the upstream, from the first byte sent to the last one received. Used by one thread. */
final class UpstreamCall implements AutoCloseable {
    private final MeterRegistry registry;
    private final long begun = System.nanoTime();
    private String status = "none";
    private String outcome = "error";

    UpstreamCall(MeterRegistry registry) {
        this.registry = registry;
    }

    void answered(int newStatus) {
        this.status = Integer.toString(newStatus);
    }

    /** All of the answer is here, and it was of use. */
    void succeeded() {
        outcome = "success";
    }

    /** Nobody wants the answer any more. */
    void abandoned() {
        outcome = "abandoned";
    }

    @Override
    public void close() {
        Spans.timer(
                        "armlib.upstream.calls",
                        "Calls of the upstream, by the status of its answer, and whether that was of use.")
                .tag("status", status)
                .tag("outcome", outcome)
                .register(registry)
                .record(Duration.ofNanos(System.nanoTime() - begun));
    }
}
