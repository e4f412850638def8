package org.armlib.application;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.armlib.domain.RequestKey;

/** The formats that a processor has begun to write, and whether it has closed them. Thread-safe. */
final class OpenFormats {
    private final List<Tracked> all = new ArrayList<>();

    synchronized OutputStream track(String name, OutputStream out) {
        Tracked tracked = new Tracked(name, out);
        all.add(tracked);
        return tracked;
    }

    /**
     * Checks that there is a result, and that all of it was written.
     *
     * @throws UnfinishedResultException if there is none, or a format is open
     */
    synchronized void check(RequestKey key) {
        if (all.isEmpty()) {
            throw new UnfinishedResultException(
                    key, "the processor returned without writing a format; write at least one, with Job.format");
        }
        for (Tracked format : all) {
            if (!format.closed) {
                throw new UnfinishedResultException(
                        key,
                        "the processor returned without closing the format '" + format.name
                                + "', the end of which may be missing; close the stream, and any writer around it");
            }
        }
    }

    private static final class Tracked extends FilterOutputStream {
        private final String name;
        private volatile boolean closed;

        Tracked(String name, OutputStream out) {
            super(out);
            this.name = name;
        }

        // The inherited one writes byte by byte.
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            out.close();
            closed = true;
        }
    }
}
