package org.armlib.ports;

import java.io.OutputStream;

/**
 * Writes one result, in one or more formats, and publishes all of it in one step.
 *
 * <p>Formats may be written by different threads, each by one at a time. The memory a writer takes does not depend on the
 * length of what is written.
 */
public interface ResultWriter extends ResultSink, AutoCloseable {

    /**
     * Publishes the result: durable when this returns. Formats still open are closed first.
     *
     * @return whether this result counts; a discarded one has left nothing behind
     * @throws org.armlib.domain.StaleEpochException if the data were rebuilt since the writer was made
     * @throws CacheException if anything of the result could not be written, now or before; nothing is published
     */
    Commit commit();

    /** Without a {@link #commit} before: leaves nothing behind. Otherwise, and when repeated: does nothing. */
    @Override
    void close();

    @Override
    OutputStream format(String name, String mediaType);
}
