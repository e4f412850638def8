package org.armlib.content;

import java.io.Closeable;
import java.io.IOException;

/**
 * Where the bytes of one format go, encoded as they are stored. Written by one thread at a time; closed by any, also
 * while another writes, whose call ends with an exception then.
 */
public interface Sink extends Closeable {
    /**
     * Takes the next bytes, and does not keep the array.
     *
     * @throws IOException if they, or some before them, cannot be stored
     */
    void write(byte[] bytes, int offset, int count) throws IOException;

    /**
     * All bytes have come.
     *
     * @throws IOException if not all of them are stored durably
     */
    void finish() throws IOException;

    /** Frees what the sink holds. Without a {@link #finish} before, what came is not wanted. May be repeated. */
    @Override
    void close() throws IOException;
}
