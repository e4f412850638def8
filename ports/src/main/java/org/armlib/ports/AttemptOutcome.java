package org.armlib.ports;

import java.util.Optional;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.Manifest;
import org.armlib.domain.StaleLeaseException;

/** How an attempt at a request ended, as far as the worker that made it knows. */
public sealed interface AttemptOutcome {
    /**
     * The request is completed.
     *
     * @param published the result, if it was this attempt that published it
     */
    record Completed(Optional<Manifest> published) implements AttemptOutcome {}

    /**
     * The attempt failed.
     *
     * @param failure why
     * @param last whether the request has failed with it; otherwise another attempt follows
     */
    record Failed(Failure failure, boolean last) implements AttemptOutcome {}

    /**
     * The request went back to the queue; the attempt does not count.
     *
     * @param reason why
     */
    record GivenBack(Reason reason) implements AttemptOutcome {}

    /**
     * The lease was lost before the attempt could be reported: nothing of it counts.
     *
     * @param reason why
     */
    record LeaseLost(StaleLeaseException.Reason reason) implements AttemptOutcome {}

    /**
     * The queue could not be told how the attempt ended, because it failed; the lease runs out, and the request is taken up
     * again.
     */
    record Unreported() implements AttemptOutcome {}

    /** Why a request goes back to the queue. */
    enum Reason {
        /** The worker stops. */
        STOPPING,
        /** What the processor depends on does not work. */
        UPSTREAM_UNAVAILABLE,
        /** The data were rebuilt meanwhile. */
        REBUILT,
        /** The cache does not work. */
        CACHE_UNAVAILABLE,
        /** The process that ran the request lacks memory or a library. */
        WORKER_UNFIT;

        /** Returns the reason of a request that is held by {@code cause}. */
        public static Reason of(Hold.Cause cause) {
            return switch (cause) {
                case UPSTREAM -> UPSTREAM_UNAVAILABLE;
                case CACHE -> CACHE_UNAVAILABLE;
                case WORKER -> WORKER_UNFIT;
                case REBUILD -> REBUILT;
            };
        }
    }
}
