package org.armlib.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.armlib.domain.Encoding;
import org.armlib.domain.FormatName;
import org.armlib.domain.StoredFormat;
import org.jspecify.annotations.Nullable;

/**
 * One format being written: what the producer writes is digested, encoded and stored; closing makes it durable. The
 * first failure stays, whether or not the producer heeds it. Used by one thread at a time.
 */
final class PartOutput extends OutputStream {
    /** Small enough that a piece is still in the processor's cache when, after the digest, it goes to the file. */
    private static final int PIECE = 64 * 1024;

    /** After so many bytes the disk begins to take them, while the producer and the digest work on. */
    private static final long EARLY_SYNC = 16L << 20;

    private final FormatName name;
    private final String mediaType;
    private final Encoding encoding;
    private final FileChannel channel;
    private final MessageDigest digest = Tree.sha256();
    private final byte[] pending = new byte[PIECE];
    private final StoredOutput stored;
    private final OutputStream encoder;
    private int pendingLength;
    private long length;
    private long earlySyncedAt;
    private @Nullable FutureTask<FileChannel> earlySync;
    private volatile boolean closed;
    private volatile @Nullable IOException failure;

    PartOutput(FormatName name, String mediaType, Encoding encoding, FileChannel channel) throws IOException {
        this.name = name;
        this.mediaType = mediaType;
        this.encoding = encoding;
        this.channel = channel;
        this.stored = new StoredOutput(channel);
        this.encoder = Codecs.encode(encoding, stored);
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
        try (channel) {
            requireSound();
            storePending();
            closed = true;
            encoder.close();
            awaitEarlySync();
            channel.force(true);
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
        try (channel) {
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
            if (stored.length() - earlySyncedAt >= EARLY_SYNC) {
                syncEarly();
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void syncEarly() throws IOException {
        if (earlySync == null || earlySync.isDone()) {
            awaitEarlySync();
            earlySyncedAt = stored.length();
            FutureTask<FileChannel> sync = new FutureTask<>(() -> {
                channel.force(false);
                return channel;
            });
            earlySync = sync;
            Thread thread = new Thread(sync, "armlib-file-sync");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** What failed to reach the disk must not be synced again: the second time it would seem to succeed. */
    private void awaitEarlySync() throws IOException {
        FutureTask<FileChannel> sync = earlySync;
        if (sync == null) {
            return;
        }
        try {
            sync.get();
        } catch (ExecutionException e) {
            String message =
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new IOException(message, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the thread was interrupted", e);
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

    /** The file, as the encoder sees it. */
    private static final class StoredOutput extends OutputStream {
        private final FileChannel channel;
        private long length;
        private volatile boolean discarding;

        StoredOutput(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (!discarding) {
                Disk.write(channel, bytes, offset, count);
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
