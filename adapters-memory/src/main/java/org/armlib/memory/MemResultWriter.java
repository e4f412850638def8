package org.armlib.memory;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.LeasedRequest;
import org.armlib.ports.CacheException;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.jspecify.annotations.Nullable;

/** One result on its way into a {@link MemCacheManager}. Its state is guarded by its own monitor. */
final class MemResultWriter implements ResultWriter {
    private final MemCacheManager cache;
    private final LeasedRequest leased;
    private final DataEpoch begun;
    private final Clock clock;
    private final Map<FormatName, Content> contents = new LinkedHashMap<>();
    private Instant touched;
    private boolean open = true;
    private @Nullable Commit outcome;

    MemResultWriter(MemCacheManager cache, LeasedRequest leased, DataEpoch begun, Clock clock) {
        this.cache = cache;
        this.leased = leased;
        this.begun = begun;
        this.clock = clock;
        this.touched = clock.instant();
    }

    @Override
    public synchronized OutputStream format(String name, String mediaType) {
        FormatName format = new FormatName(name);
        checkOpen("begin format " + format);
        if (contents.containsKey(format)) {
            throw new InvalidRequestException("format", format + " was begun already; a result has each format once");
        }
        Content content = new Content(mediaType);
        contents.put(format, content);
        touched = clock.instant();
        return new Sink(content);
    }

    @Override
    public synchronized Commit commit() {
        if (outcome == null) {
            checkOpen("publish");
            open = false;
            outcome = cache.publish(this, leased, begun, Map.copyOf(contents));
        }
        return outcome;
    }

    @Override
    public synchronized void close() {
        if (open) {
            abandon();
        }
    }

    /** Gives up if the last write is older than {@code age}; one ahead of {@code now} counts as made now. */
    synchronized Cleared abandonIfOlder(Duration age, Instant now) {
        touched = touched.isAfter(now) ? now : touched;
        if (!open || !MemCacheManager.isOlder(touched, age, now)) {
            return Cleared.NOTHING;
        }
        Cleared cleared = new Cleared(
                contents.size(),
                contents.values().stream().mapToLong(Content::length).sum());
        abandon();
        return cleared;
    }

    private void abandon() {
        open = false;
        contents.clear();
        cache.forget(this);
    }

    private void checkOpen(String tried) {
        if (!open) {
            throw new CacheException(
                    "cannot " + tried + " of the result of '" + leased.request().key()
                            + "': it was published, closed or swept before",
                    false);
        }
    }

    private synchronized void append(Content content, byte[] bytes, int offset, int count) throws IOException {
        if (!open) {
            throw new IOException("the result of '" + leased.request().key() + "' was published, closed or swept");
        }
        content.append(bytes, offset, count);
        touched = clock.instant();
    }

    private final class Sink extends OutputStream {
        private final Content content;
        private boolean closed;

        Sink(Content content) {
            this.content = content;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            Objects.checkFromIndexSize(offset, count, bytes.length);
            if (closed) {
                throw new IOException("this format was closed before");
            }
            append(content, bytes, offset, count);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
