package org.armlib.http.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.armlib.http.api.Routes.Handler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that was put off until something happens. It is gone on with as if it came once more, by a thread of the
 * container: where the client has gone meanwhile it is the container that knows, and nobody else touches the call then.
 */
final class WaitingCall {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingCall.class);
    private static final String ATTRIBUTE = WaitingCall.class.getName();

    private final Exchange exchange;
    private final AsyncContext async;
    private volatile @Nullable Handler next;

    /** Puts a call off. */
    WaitingCall(Exchange exchange) {
        this.exchange = exchange;
        this.async = exchange.async();
        exchange.request().setAttribute(ATTRIBUTE, this);
    }

    /** The call that {@code request} goes on with, if it was resumed. */
    static Optional<WaitingCall> resumed(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.ASYNC
                        && request.getAttribute(ATTRIBUTE) instanceof WaitingCall call
                        && call.next != null
                ? Optional.of(call)
                : Optional.empty();
    }

    /** Limits the time until the call is resumed; the container tells {@code listener} when it is up. */
    void limit(Duration time, AsyncListener listener) {
        async.setTimeout(time.toMillis());
        async.addListener(listener);
    }

    Exchange exchange() {
        return exchange;
    }

    /** What answers it. */
    Handler next() {
        return Objects.requireNonNull(next);
    }

    /** Has {@code handler} answer the call. Called once, by any thread. */
    void resume(Handler handler) {
        next = handler;
        try {
            async.dispatch();
        } catch (IllegalStateException e) {
            LOG.debug("the client of a call that waited has gone", e);
        }
    }
}
