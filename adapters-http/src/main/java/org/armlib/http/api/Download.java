package org.armlib.http.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a result as fast as the client takes it; a slow client holds no thread. Called by the container. */
final class Download implements WriteListener {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);
    private static final int BUFFER = 64 * 1024;

    private final Pieces content;
    private final AsyncContext async;
    private final ServletOutputStream out;
    private final String what;
    private long left;

    /** What is sent, one piece after the other. */
    @FunctionalInterface
    interface Pieces extends Closeable {
        /** The next bytes, at least one and at most {@code wanted}, in a buffer with an array; valid until the next call. */
        ByteBuffer next(long wanted) throws IOException;

        @Override
        default void close() throws IOException {
            // What is in memory is not closed.
        }
    }

    /** Sends the next {@code length} bytes of {@code content}, and closes it. */
    Download(Pieces content, long length, AsyncContext async, ServletOutputStream out, String what) {
        this.content = content;
        this.left = length;
        this.async = async;
        this.out = out;
        this.what = what;
    }

    /** The bytes of a stream. */
    static Pieces pieces(InputStream stream) {
        byte[] buffer = new byte[BUFFER];
        return new Pieces() {
            @Override
            public ByteBuffer next(long wanted) throws IOException {
                int count = stream.read(buffer, 0, (int) Math.min(wanted, buffer.length));
                if (count < 0) {
                    throw new EOFException("it ended " + wanted + " bytes early");
                }
                return ByteBuffer.wrap(buffer, 0, count);
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (left == 0) {
                content.close();
                async.complete();
                return;
            }
            ByteBuffer piece = next();
            left -= piece.remaining();
            write(piece, out);
        }
    }

    /** Writes the rest of a buffer that has an array; Servlet 6.0 has no {@code write(ByteBuffer)}. */
    static void write(ByteBuffer piece, ServletOutputStream out) throws IOException {
        out.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
    }

    /** The connection is closed before the promised length, so that the client knows. */
    @Override
    public void onError(Throwable problem) {
        LOG.debug("sending {} broke off", what, problem);
        try {
            content.close();
        } catch (IOException e) {
            LOG.debug("{} could not be closed", what, e);
        }
        async.complete();
    }

    private ByteBuffer next() throws IOException {
        try {
            return content.next(left);
        } catch (IOException e) {
            LOG.warn("{} cannot be read to its end: {}", what, e.getMessage());
            throw e;
        }
    }
}
