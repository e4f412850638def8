package org.armlib.content;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.armlib.domain.Encoding;
import org.armlib.domain.FormatName;
import org.armlib.domain.StoredFormat;
import org.jspecify.annotations.Nullable;

/**
 * One format being written: what the producer writes is digested, encoded and stored; closing makes it durable. The
 * first failure stays, whether or not the producer heeds it. Used by one thread at a time, except for {@link #abort} and
 * {@link #failure}.
 */
final class FormatOutput extends OutputStream {
    /** Small enough that a piece is still in the processor's cache when, after the digest, it goes to the sink. */
    private static final int PIECE = 64 * 1024;

    private final FormatName name;
    private final String mediaType;
    private final Encoding encoding;
    private final Sink sink;
    private final MessageDigest digest = Contents.sha256();
    private final byte[] pending = new byte[PIECE];
    private final StoredOutput stored;
    private final OutputStream encoder;
    private int pendingLength;
    private long length;
    private volatile boolean closed;
    private volatile @Nullable IOException failure;

    /**
     * Begins a format.
     *
     * @param sink where it is stored; closed with this stream, and when this constructor fails
     * @throws IOException if the encoder's first bytes cannot be stored
     */
    FormatOutput(FormatName name, String mediaType, Encoding encoding, Sink sink) throws IOException {
        this.name = name;
        this.mediaType = mediaType;
        this.encoding = encoding;
        this.sink = sink;
        this.stored = new StoredOutput(sink);
        try {
            this.encoder = Codecs.encode(encoding, stored);
        } catch (IOException e) {
            sink.close();
            throw e;
        }
    }

    @Override
    public void write(int b) throws IOException {
        requireOpen();
        if (pendingLength == PIECE) {
            storePending();
        }
        pending[pendingLength++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        requireOpen();
        if (count > PIECE - pendingLength) {
            storePending();
        }
        int at = offset;
        int left = count;
        while (left >= PIECE) {
            store(bytes, at, PIECE);
            at += PIECE;
            left -= PIECE;
        }
        System.arraycopy(bytes, at, pending, pendingLength, left);
        pendingLength += left;
    }

    /** Does nothing: nobody sees what is written before it is published, and it compresses better in one piece. */
    @Override
    public void flush() throws IOException {
        requireSound();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            requireSound();
            storePending();
            closed = true;
            encoder.close();
            sink.finish();
        } catch (IOException e) {
            throw failed(e);
        } finally {
            abort();
        }
    }

    /** Gives up what is open, without another byte stored. */
    void abort() {
        closed = true;
        stored.discardTheRest();
        try (sink) {
            // Frees what the encoder holds outside the heap.
            encoder.close();
        } catch (IOException e) {
            failed(e);
        }
    }

    /** The first failure of a write or of the closing. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /** What was written, once it is closed. */
    StoredFormat format() {
        return new StoredFormat(
                name, mediaType, length, HexFormat.of().formatHex(digest.digest()), encoding, stored.length());
    }

    private void storePending() throws IOException {
        int count = pendingLength;
        pendingLength = 0;
        if (count > 0) {
            store(pending, 0, count);
        }
    }

    private void store(byte[] bytes, int offset, int count) throws IOException {
        try {
            requireSound();
            digest.update(bytes, offset, count);
            encoder.write(bytes, offset, count);
            length += count;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void requireOpen() throws IOException {
        requireSound();
        if (closed) {
            throw new IOException("the format '" + name + "' is closed");
        }
    }

    private void requireSound() throws IOException {
        IOException first = failure;
        if (first != null) {
            throw new IOException("the format '" + name + "' could not be stored: " + first.getMessage(), first);
        }
    }

    private IOException failed(IOException e) {
        if (failure == null) {
            failure = e;
        }
        return e;
    }

    /** The sink, as the encoder sees it. */
    private static final class StoredOutput extends OutputStream {
        private final Sink sink;
        private long length;
        private volatile boolean discarding;

        StoredOutput(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (!discarding) {
                sink.write(bytes, offset, count);
                length += count;
            }
        }

        void discardTheRest() {
            discarding = true;
        }

        long length() {
            return length;
        }
    }
}
