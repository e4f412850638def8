package org.armlib.http.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.armlib.ports.BatchStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer of server-sent events. Nothing blocks: a client that reads slowly misses what came in between and gets the
 * latest status. The container and the watcher call it from threads of their own.
 */
final class EventStream implements WriteListener, Watcher.Waiter {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private final AsyncContext async;
    private final ServletOutputStream out;
    private final Function<BatchStatus, Event> form;
    private final Runnable whenClosed;

    private String sent;
    private byte @Nullable [] next;
    private boolean writable;
    private boolean unflushed;
    private boolean last;
    private boolean closed;

    /**
     * A status as an event.
     *
     * @param id tells it from others
     * @param data in one line
     */
    record Event(String id, String data) {
        byte[] bytes() {
            return ("event: status\nid: " + id + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    /**
     * A stream that has sent nothing yet.
     *
     * @param known the id of the event that the client has seen last, or empty
     * @param whenClosed called once, when nothing more can be sent
     */
    EventStream(
            AsyncContext async,
            ServletOutputStream out,
            String known,
            Function<BatchStatus, Event> form,
            Runnable whenClosed) {
        this.async = async;
        this.out = out;
        this.sent = known;
        this.form = form;
        this.whenClosed = whenClosed;
    }

    @Override
    public synchronized boolean sees(BatchStatus status) {
        Event event = form.apply(status);
        if (!event.id().equals(sent)) {
            sent = event.id();
            next = event.bytes();
        }
        last |= status.status().isFinal();
        write();
        return last || closed;
    }

    @Override
    public synchronized void gaveUp() {
        last = true;
        write();
    }

    /** A comment now and then keeps the connection open, and shows whether anybody is still there. */
    @Override
    public synchronized void beat() {
        if (next == null) {
            next = COMMENT;
        }
        write();
    }

    @Override
    public synchronized void onWritePossible() {
        writable = true;
        write();
    }

    @Override
    public void onError(Throwable problem) {
        LOG.debug("an event stream broke off", problem);
        end();
    }

    private synchronized void write() {
        try {
            while (writable && !closed) {
                if (!out.isReady()) {
                    writable = false;
                } else if (next != null) {
                    out.write(next);
                    next = null;
                    unflushed = true;
                } else if (unflushed) {
                    unflushed = false;
                    out.flush();
                } else if (last) {
                    end();
                } else {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.debug("an event stream broke off", e);
            end();
        }
    }

    private void end() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        whenClosed.run();
        async.complete();
    }
}
