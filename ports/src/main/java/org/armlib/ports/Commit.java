package org.armlib.ports;

import org.armlib.domain.Manifest;

/** The outcome of {@link ResultWriter#commit}. */
public sealed interface Commit {
    /**
     * The result is published.
     *
     * @param manifest what was published
     */
    record Published(Manifest manifest) implements Commit {}

    /**
     * The result is discarded.
     *
     * @param reason why
     */
    record Discarded(Reason reason) implements Commit {}

    /** Why a result is discarded. */
    enum Reason {
        /** The submission has its result already, from another attempt. */
        ALREADY_PUBLISHED,
        /** The submission was retracted, or a later one has published. */
        SUPERSEDED
    }
}
