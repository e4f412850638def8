package org.armlib.http.api;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.TraceContext;

/** In which trace a call is made. */
final class Traces {
    private static final String PARENT = "traceparent";
    private static final String STATE = "tracestate";

    private Traces() {}

    /** The span that somebody around this servlet has opened, or else what the caller's headers tell. */
    static Optional<TraceContext> of(Exchange exchange) {
        Map<String, String> fields = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(Context.current(), fields, Map::put);
        if (fields.isEmpty()) {
            fields.put(PARENT, exchange.headers(PARENT));
            fields.put(STATE, exchange.headers(STATE));
        }
        return TraceContext.parse(fields.getOrDefault(PARENT, ""), fields.getOrDefault(STATE, ""));
    }
}
