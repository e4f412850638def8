package org.armlib.http.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
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

    /** The thread that calls this leaves the call alone from now on, unless the call is answered at once after all. */
    WaitingCall(Exchange exchange) {
        this.exchange = exchange;
        this.async = exchange.async();
        exchange.request().setAttribute(ATTRIBUTE, this);
    }

    /** The call that {@code request} goes on with. */
    static Optional<WaitingCall> resumed(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.ASYNC
                        && request.getAttribute(ATTRIBUTE) instanceof WaitingCall call
                ? Optional.of(call)
                : Optional.empty();
    }

    Exchange exchange() {
        return exchange;
    }

    /** What answers it. */
    Handler next() {
        Handler handler = next;
        if (handler == null) {
            throw Problem.INTERNAL.because("the call was resumed by somebody else");
        }
        return handler;
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
