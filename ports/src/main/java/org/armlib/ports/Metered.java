package org.armlib.ports;

import java.util.List;

/** An adapter that counts what it uses of a service that is paid for by use. Safe for use by many threads. */
public interface Metered {

    /**
     * What this instance has used since it was made: one entry for each {@linkplain Usage#item() item} it may use, those
     * it has not used yet included, always in the same order. Counts never fall.
     */
    List<Usage> usage();
}
