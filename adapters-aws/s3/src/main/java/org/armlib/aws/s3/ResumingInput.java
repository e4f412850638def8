package org.armlib.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.armlib.content.StoreReadException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The content of an object. A connection that breaks is replaced by another, which goes on where it broke. */
final class ResumingInput extends InputStream {
    /** How often in a row a connection may break without a byte having come. */
    private static final int TRIES = 5;

    /** What is left of a response is read to its end if it is no more than that, so that its connection can be used again. */
    private static final long SHORT = 64 << 10;

    private final Bucket bucket;
    private final String key;
    private final String etag;
    private final long length;
    private ResponseInputStream<GetObjectResponse> response;
    private long at;
    private int broken;
    private boolean closed;

    /** Opens an object, or throws the SDK's exception. */
    ResumingInput(Bucket bucket, String key) {
        this.bucket = bucket;
        this.key = key;
        this.response = bucket.open(key, 0, null);
        this.etag = response.response().eTag();
        this.length = response.response().contentLength();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int n = read(one, 0, 1);
        return n < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        if (closed) {
            throw new IOException("the stream is closed");
        }
        while (true) {
            try {
                int n = response.read(bytes, offset, count);
                if (n >= 0 || at >= length) {
                    at += Math.max(n, 0);
                    broken = 0;
                    return n;
                }
                resume(new IOException("the connection ended after " + at + " of " + length + " bytes"));
            } catch (StoreReadException e) {
                throw e;
            } catch (IOException | SdkException e) {
                resume(e);
            }
        }
    }

    @Override
    public int available() throws IOException {
        return closed ? 0 : response.available();
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            if (length - at > SHORT) {
                response.abort();
            } else {
                response.close();
            }
        }
    }

    private void resume(Exception cause) throws IOException {
        if (at >= length || Thread.currentThread().isInterrupted() || broken == TRIES) {
            throw failure(cause);
        }
        broken++;
        response.abort();
        Pause.beforeTry(broken);
        try {
            response = bucket.open(key, at, etag);
        } catch (SdkException e) {
            e.addSuppressed(cause);
            throw failure(e);
        }
    }

    private IOException failure(Exception e) {
        String said = e instanceof SdkException failed ? Failures.explain(failed) : e.getMessage();
        return new StoreReadException("reading '" + key + "' broke off after " + at + " bytes: " + said, e);
    }
}
