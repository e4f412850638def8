package org.armlib.http.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a result as fast as the client takes it; a slow client holds no thread. Called by the container. */
final class Download implements WriteListener {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);
    private static final int BUFFER = 64 * 1024;

    private final InputStream content;
    private final AsyncContext async;
    private final ServletOutputStream out;
    private final String what;
    private final byte[] buffer = new byte[BUFFER];
    private long left;

    /** Sends the next {@code length} bytes of {@code content}, and closes it. */
    Download(InputStream content, long length, AsyncContext async, ServletOutputStream out, String what) {
        this.content = content;
        this.left = length;
        this.async = async;
        this.out = out;
        this.what = what;
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (left == 0) {
                content.close();
                async.complete();
                return;
            }
            int count = read();
            left -= count;
            out.write(buffer, 0, count);
        }
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

    private int read() throws IOException {
        try {
            int count = content.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException("it ended " + left + " bytes early");
            }
            return count;
        } catch (IOException e) {
            LOG.warn("{} cannot be read to its end: {}", what, e.getMessage());
            throw e;
        }
    }
}
