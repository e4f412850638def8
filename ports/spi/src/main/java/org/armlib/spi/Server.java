package org.armlib.spi;

import java.net.URI;
import org.armlib.domain.ArmlibException;

/** What takes requests from outside the process and passes them to the request manager. Safe for use by many threads. */
public interface Server extends AutoCloseable {

    /**
     * Begins to take requests; once.
     *
     * @return where
     * @throws ArmlibException if it cannot begin; says what is in the way
     */
    URI start();

    /**
     * Takes no further requests, answers those under way within the time its settings give them, and returns; what it
     * answers from may be closed then. Repeated, or without {@link #start}, it does nothing.
     */
    @Override
    void close();
}
