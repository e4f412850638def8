package org.armlib.http.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.armlib.ports.PermanentFailureException;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer, read by the thread that runs the request. It holds what the client has delivered at one time,
 * and asks for more only when that is being read, so its size does not depend on the length of the body. Time limits are
 * kept by the reading thread itself, while it waits.
 *
 * <p>The client calls the subscriber's methods; one other thread reads and closes.
 */
final class Body extends InputStream implements BodySubscriber<Body> {
    private final Watch watch;
    private final Duration idleTimeout;
    private final long maxSize;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    private final Object subscribing = new Object();
    private Flow.@Nullable Subscription subscription;
    private boolean closed;

    private Queue<ByteBuffer> pieces = new ArrayDeque<>();
    private long received;
    private @Nullable Signal last;

    /** What the client has to say: some bytes, or that there will be no more. */
    private record Signal(
            List<ByteBuffer> bytes,
            boolean isLast,
            @Nullable Throwable failure) {}

    Body(Watch watch, Duration idleTimeout, long maxSize) {
        this.watch = watch;
        this.idleTimeout = idleTimeout;
        this.maxSize = maxSize;
    }

    /** How many bytes have come in, as they were sent. */
    long received() {
        return received;
    }

    @Override
    public CompletionStage<Body> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        synchronized (subscribing) {
            if (!closed) {
                subscription = given;
                given.request(1);
                return;
            }
        }
        given.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        signals.add(new Signal(bytes, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Signal(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal(List.of(), true, null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * Reads what is there, or waits.
     *
     * @throws IOException if the body broke off
     * @throws InterruptedIOException if the thread is interrupted
     * @throws GatewayException if the run's time is up, the body pauses too long, or the job is abandoned
     * @throws PermanentFailureException if the body is larger than allowed
     */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (true) {
            ByteBuffer piece = pieces.peek();
            if (piece == null) {
                if (!receive()) {
                    return -1;
                }
            } else if (piece.hasRemaining()) {
                int count = Math.min(length, piece.remaining());
                piece.get(into, offset, count);
                return count;
            } else {
                pieces.remove();
            }
        }
    }

    /** At least one byte until the end is reached: GZIPInputStream takes 0 for the end of the last member. */
    @Override
    public int available() {
        return last == null ? 1 : 0;
    }

    /** Closes the connection if the body has not been read to its end. */
    @Override
    public void close() {
        Flow.Subscription toCancel;
        synchronized (subscribing) {
            closed = true;
            toCancel = subscription;
        }
        if (toCancel != null) {
            toCancel.cancel();
        }
    }

    private boolean receive() throws IOException {
        if (last == null) {
            Signal signal = await();
            if (signal.isLast()) {
                last = signal;
            } else {
                take(signal.bytes());
                return true;
            }
        }
        if (last.failure() != null) {
            throw new IOException("the answer broke off after " + received + " bytes", last.failure());
        }
        return false;
    }

    private void take(List<ByteBuffer> bytes) {
        for (ByteBuffer piece : bytes) {
            received += piece.remaining();
        }
        if (received > maxSize) {
            throw tooLarge(watch, maxSize);
        }
        pieces = new ArrayDeque<>(bytes);
        synchronized (subscribing) {
            if (subscription != null) {
                subscription.request(1);
            }
        }
    }

    private Signal await() throws InterruptedIOException {
        long start = watch.nanoTime();
        while (true) {
            long idleLeft = idleTimeout.toNanos() - (watch.nanoTime() - start);
            Signal signal = poll(Math.min(watch.check(), Math.max(idleLeft, 0)));
            if (signal != null) {
                return signal;
            }
            if (idleLeft <= 0) {
                throw new GatewayException(
                        watch.key(),
                        "the upstream's answer stopped after " + received + " bytes and paused for longer than "
                                + idleTimeout + ", the limit that the setting idle-timeout sets");
            }
        }
    }

    private @Nullable Signal poll(long nanos) throws InterruptedIOException {
        try {
            return signals.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading the answer");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    static PermanentFailureException tooLarge(Watch watch, long maxSize) {
        return new PermanentFailureException(
                watch.key(),
                "the upstream's answer is larger than " + maxSize + " bytes, the limit that the setting max-size sets");
    }
}
