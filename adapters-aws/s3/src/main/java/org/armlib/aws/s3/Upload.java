package org.armlib.aws.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.armlib.content.Sink;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * A part of a result being written to the store: in one call if it is short, otherwise in pieces, which are sent in the
 * background while the next one fills. The memory it takes is that of {@value #AT_A_TIME} pieces and the one that fills,
 * 40 MiB for the first 7.8 GiB.
 */
final class Upload implements Sink {
    /** The length of the first pieces. */
    static final int PIECE = 8 << 20;

    /** How many pieces are sent at the same time. */
    static final int AT_A_TIME = 4;

    /** The number of pieces is limited, so the more there are, the longer they become: 430 GiB are the end. */
    private static final int MOST_PIECES = 10_000;

    private static final int GROWS_EVERY = 1_000;
    private static final int FIRST_ROOM = 16 << 10;

    private final Bucket bucket;
    private final PartName part;
    private final Executor executor;
    private final Deque<Piece> underWay = new ArrayDeque<>();
    private final List<CompletedPart> sent = new ArrayList<>();
    private byte[] filling = new byte[FIRST_ROOM];
    private int filled;
    private long length;
    private @Nullable String id;
    private boolean completed;
    private boolean closed;

    Upload(Bucket bucket, PartName part, Executor executor) {
        this.bucket = bucket;
        this.part = part;
        this.executor = executor;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int at = offset;
        int left = count;
        while (left > 0) {
            int room = pieceLength() - filled;
            if (room == 0) {
                send();
                room = pieceLength();
            }
            int taken = Math.min(left, room);
            makeRoom(filled + taken);
            System.arraycopy(bytes, at, filling, filled, taken);
            filled += taken;
            at += taken;
            left -= taken;
        }
        length += count;
    }

    @Override
    public void finish() throws IOException {
        try {
            String upload = id();
            if (upload == null) {
                requireOpen();
                bucket.putPart(part, filling, filled);
                complete();
                return;
            }
            if (filled > 0) {
                send();
            }
            while (!underWay.isEmpty()) {
                awaitOldest();
            }
            bucket.completeUpload(part.key(), upload, sent, length);
            complete();
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    /** Without a {@link #finish} before, takes back what was sent. */
    @Override
    public void close() throws IOException {
        List<Piece> pieces;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            pieces = List.copyOf(underWay);
        }
        pieces.forEach(piece -> piece.cancel(true));
        // What is still on its way would outlive the upload.
        pieces.forEach(Piece::awaitEnd);
        String upload = id();
        if (upload != null && !completed) {
            try {
                bucket.abortUpload(part.key(), upload);
            } catch (SdkException e) {
                throw failed(e);
            }
        }
    }

    private synchronized @Nullable String id() {
        return id;
    }

    private synchronized void complete() {
        completed = true;
    }

    private synchronized void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("'" + part.key() + "' was given up");
        }
    }

    private int pieceLength() {
        return PIECE * (1 + pieces() / GROWS_EVERY);
    }

    private int pieces() {
        return sent.size() + underWay.size();
    }

    private void makeRoom(int needed) {
        if (needed > filling.length) {
            int doubled = (int) Math.min(pieceLength(), 2L * filling.length);
            filling = Arrays.copyOf(filling, Math.max(needed, doubled));
        }
    }

    /** Has what is filled sent, and gets room for what follows. */
    private void send() throws IOException {
        if (pieces() == MOST_PIECES) {
            throw new IOException(
                    "'" + part.key() + "' is longer than the store takes: " + length + " bytes are sent already");
        }
        byte[] room = underWay.size() == AT_A_TIME ? awaitOldest() : new byte[pieceLength()];
        start(new Piece(filling, filled, pieces() + 1));
        filling = room;
        filled = 0;
    }

    private synchronized void start(Piece piece) throws IOException {
        requireOpen();
        if (id == null) {
            try {
                id = bucket.beginUpload(part);
            } catch (SdkException e) {
                throw failed(e);
            }
        }
        underWay.add(piece);
        executor.execute(piece);
    }

    /** Waits until the oldest piece under way is sent; gives the room it took. */
    private byte[] awaitOldest() throws IOException {
        Piece piece;
        synchronized (this) {
            piece = underWay.element();
        }
        try {
            CompletedPart completedPart = piece.get();
            synchronized (this) {
                underWay.remove();
                sent.add(completedPart);
            }
            return piece.bytes;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SdkException cause ? failed(cause) : new IOException(e.getCause());
        } catch (CancellationException e) {
            throw new IOException("'" + part.key() + "' was given up", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
    }

    private IOException failed(SdkException e) {
        return Thread.currentThread().isInterrupted() ? interrupted(e) : new IOException(Failures.explain(e), e);
    }

    private static IOException interrupted(Exception e) {
        InterruptedIOException interrupted = new InterruptedIOException("the thread was interrupted");
        interrupted.initCause(e);
        return interrupted;
    }

    /** A piece that is sent by another thread. */
    private final class Piece extends FutureTask<CompletedPart> {
        private final byte[] bytes;
        private final CountDownLatch ended = new CountDownLatch(1);

        Piece(byte[] bytes, int count, int number) {
            super(() -> bucket.uploadPiece(part, java.util.Objects.requireNonNull(id()), number, bytes, count));
            this.bytes = bytes;
        }

        @Override
        public void run() {
            try {
                super.run();
            } finally {
                ended.countDown();
            }
        }

        void awaitEnd() {
            boolean interrupted = Thread.interrupted();
            while (true) {
                try {
                    ended.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
