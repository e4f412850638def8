package org.armlib.domain;

/**
 * Why an attempt did not succeed.
 *
 * @param kind what follows from it
 * @param message for a person to read
 */
public record Failure(Kind kind, String message) {
    /** The longest message, in characters; what is longer is cut. */
    public static final int MAX_MESSAGE = 4000;

    /** What a failure means for further attempts. */
    public enum Kind {
        /** Another attempt may succeed. */
        RETRYABLE,
        /** No attempt can succeed: the request itself is wrong. */
        PERMANENT,
        /** The worker did not report in time. */
        LEASE_EXPIRED
    }

    /** Cuts the message to {@link #MAX_MESSAGE}. */
    public Failure {
        message = Text.cut(message, MAX_MESSAGE);
    }

    /** A failure after which another attempt may succeed. */
    public static Failure retryable(String message) {
        return new Failure(Kind.RETRYABLE, message);
    }

    /** A failure that every attempt would meet. */
    public static Failure permanent(String message) {
        return new Failure(Kind.PERMANENT, message);
    }
}
