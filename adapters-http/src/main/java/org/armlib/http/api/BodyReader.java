package org.armlib.http.api;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.armlib.http.api.Routes.Handler;
import org.armlib.http.api.Routes.Outcome;

/**
 * Reads the body of a call that has not arrived yet as it comes, without a thread of the container, and goes on with the
 * call when it is there, when it is too large, or when the time is up. The container calls its methods, one at a time.
 */
final class BodyReader implements ReadListener, AsyncListener {
    /** What a client still sends of a body that is too large is passed over, as it may not listen before; up to here. */
    private static final long SKIPPED = 16L * 1024 * 1024;

    /** Slower than any client that works. */
    private static final long MIN_BYTES_PER_SECOND = 4 * 1024;

    private static final Duration MIN_DEADLINE = Duration.ofSeconds(30);

    private final WaitingCall call;
    private final Exchange exchange;
    private final Handler handler;
    private final ServletInputStream in;
    private final int max;
    private final Room room;
    private final byte[] buffer = new byte[8192];
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private long count;
    private boolean done;

    private BodyReader(Exchange exchange, Handler handler, int max, Room room) throws IOException {
        this.exchange = exchange;
        this.handler = handler;
        this.max = max;
        this.room = room;
        this.in = exchange.request().getInputStream();
        this.call = new WaitingCall(exchange);
    }

    /**
     * Whether a call has a body that is not there as a whole, so that to read it would block; not where a filter has read
     * it already, or the servlet is mounted without asynchronous processing.
     */
    static boolean isNeeded(Exchange exchange, int max) throws IOException {
        long length = exchange.request().getContentLengthLong();
        if (length == 0 || (length < 0 && exchange.header("Transfer-Encoding").isEmpty())) {
            return false;
        }
        boolean refused =
                length > max && (length > SKIPPED || exchange.header("Expect").isPresent());
        if (refused
                || !exchange.request().isAsyncSupported()
                || exchange.request().isAsyncStarted()) {
            return false;
        }
        try {
            ServletInputStream in = exchange.request().getInputStream();
            return !in.isFinished() && (length < 0 || length > max || in.available() < length);
        } catch (IllegalStateException e) {
            // A filter has taken the reader.
            return false;
        }
    }

    /**
     * Puts the call off until its body is there; {@code handler} then finds it in the exchange.
     *
     * @param room the memory that all bodies may take that have not arrived yet
     */
    static Outcome read(Exchange exchange, int max, Room room, Handler handler) throws IOException {
        BodyReader reader = new BodyReader(exchange, handler, max, room);
        reader.call.limit(deadline(max), reader);
        reader.in.setReadListener(reader);
        return Outcome.PUT_OFF;
    }

    private static Duration deadline(int max) {
        Duration time = Duration.ofSeconds(max / MIN_BYTES_PER_SECOND);
        return time.compareTo(MIN_DEADLINE) > 0 ? time : MIN_DEADLINE;
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!done && in.isReady() && !in.isFinished()) {
            int read = in.read(buffer);
            if (read < 0) {
                break;
            }
            count += read;
            if (count <= max) {
                if (room.take(read)) {
                    body.write(buffer, 0, read);
                } else {
                    end(Arrival.NO_ROOM);
                }
            } else {
                room.giveBack(body.size());
                body.reset();
                if (exchange.header("Expect").isPresent() || count > SKIPPED) {
                    end(Arrival.CUT_OFF);
                }
            }
        }
    }

    @Override
    public void onAllDataRead() {
        end(count > max ? Arrival.TOO_LARGE : Arrival.WHOLE);
    }

    @Override
    public void onError(Throwable problem) {
        endEarly();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        endEarly();
    }

    private void endEarly() {
        boolean tooLarge = count > max || exchange.request().getContentLengthLong() > max;
        end(tooLarge ? Arrival.CUT_OFF : Arrival.LATE);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        // The call was answered.
    }

    @Override
    public void onError(AsyncEvent event) {
        endEarly();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // A later part of the call, which is none of the body.
    }

    private synchronized void end(Arrival arrival) {
        if (!done) {
            done = true;
            exchange.arrived(arrival, body.toByteArray());
            room.giveBack(body.size());
            body.reset();
            call.resume(handler);
        }
    }

    /** What has come of a body. */
    enum Arrival {
        WHOLE,
        /** All of it, which is more than is allowed. */
        TOO_LARGE,
        /** More than is allowed, and not all. */
        CUT_OFF,
        /** Not all within the time. */
        LATE,
        /** Not all, as there was no memory for it. */
        NO_ROOM
    }
}
