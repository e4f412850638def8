package org.armlib.file;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.armlib.content.Sink;
import org.armlib.ports.CacheException;
import org.jspecify.annotations.Nullable;

/** A file being written, durable when it is finished. */
final class FileSink implements Sink {
    /** After so many bytes the disk begins to take them, while the producer and the digest work on. */
    private static final long EARLY_SYNC = 16L << 20;

    private final FileChannel channel;
    private final Function<IOException, CacheException> failure;
    private long length;
    private long earlySyncedAt;
    private @Nullable FutureTask<FileChannel> earlySync;

    /** A sink that ends in {@code channel}; {@code failure} says of what the disk refused where that was. */
    FileSink(FileChannel channel, Function<IOException, CacheException> failure) {
        this.channel = channel;
        this.failure = failure;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        try {
            Disk.write(channel, bytes, offset, count);
            length += count;
            if (length - earlySyncedAt >= EARLY_SYNC) {
                syncEarly();
            }
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public void finish() throws IOException {
        try {
            awaitEarlySync();
            channel.force(true);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    /** The producer sees it first, and what it lets pass is all that a caller learns. */
    private IOException explained(IOException e) {
        if (e instanceof ClosedChannelException) {
            // Given up or interrupted.
            return e;
        }
        CacheException explained = failure.apply(e);
        return new IOException(explained.getMessage(), explained);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void syncEarly() throws IOException {
        if (earlySync == null || earlySync.isDone()) {
            awaitEarlySync();
            earlySyncedAt = length;
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
}
