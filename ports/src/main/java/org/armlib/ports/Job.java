package org.armlib.ports;

import java.time.Instant;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Lease;

/** One attempt at a request, as its processor sees it: what to run, where to write, and whether it still matters. */
public interface Job extends ResultSink {

    /** What to run. */
    BatchRequest request();

    /** The lease the attempt runs under; its fence may guard a store behind the processor. */
    Lease lease();

    /** When the request was submitted. */
    Instant submitted();

    /**
     * Tells those who wait how far the job has come. Cheap enough to call often: it is passed on now and then.
     *
     * @param fraction from 0 to 1; what lies outside is taken as the nearer end
     * @param message a line for a person to read, may be empty
     */
    void progress(double fraction, String message);

    /** Whether the lease is lost or the request cancelled: nothing the job writes will be published. */
    boolean isAbandoned();
}
