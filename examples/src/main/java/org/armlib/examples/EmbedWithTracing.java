package org.armlib.examples;

import io.opentelemetry.api.OpenTelemetry;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.TraceContext;
import org.armlib.ports.RequestManager;
import org.armlib.ports.Submitted;

/** armlib as part of a traced program: the caller's trace goes with the request, to the upstream in the end. */
final class EmbedWithTracing {
    private EmbedWithTracing() {}

    static Submitted submit(RequestManager requests, String traceparent, String tracestate) {
        BatchRequest.Builder request = BatchRequest.parse("/report?year=2024");
        TraceContext.parse(traceparent, tracestate).ifPresent(request::trace);
        return requests.submit(request.build());
    }

    /** The program closes what is behind {@code telemetry} itself. */
    static Armlib start(String configuration, OpenTelemetry telemetry) {
        return Armlib.builder()
                .appConf(configuration)
                .install(binder -> binder.bind(OpenTelemetry.class).toInstance(telemetry))
                .start();
    }
}
