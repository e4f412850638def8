package org.armlib.domain;

/**
 * The lease presented is not the current one: the worker that holds it can change nothing any more and should stop.
 */
public final class StaleLeaseException extends ArmlibException {
    /** Why a lease is no longer the current one. */
    public enum Reason {
        /** It expired or was given back, and another worker may have the request now. */
        SUPERSEDED,
        /** The request was cancelled. */
        CANCELLED,
        /** The request is finished, by another lease or by the queue itself. */
        FINISHED,
        /** The queue does not know the request any more. */
        UNKNOWN
    }

    private final Reason reason;

    /** Refuses {@code lease} for {@code reason}. */
    public StaleLeaseException(Lease lease, Reason reason) {
        super(
                "lease " + lease.fence() + " of '" + lease.key() + "' (attempt " + lease.attempt() + " by "
                        + lease.worker() + ") is not the current one: " + words(reason),
                lease.key());
        this.reason = reason;
    }

    /** Why the lease counts no more. */
    public Reason reason() {
        return reason;
    }

    private static String words(Reason reason) {
        return switch (reason) {
            case SUPERSEDED -> "it expired or was given back";
            case CANCELLED -> "the request was cancelled";
            case FINISHED -> "the request is finished";
            case UNKNOWN -> "the queue does not know the request";
        };
    }
}
