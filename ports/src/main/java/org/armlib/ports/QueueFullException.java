package org.armlib.ports;

/** The queue takes no further request until others have left it: a limit of its adapter is reached. Retryable. */
public final class QueueFullException extends QueueException {
    /** Says which limit is reached. */
    public QueueFullException(String message) {
        super(message, true);
    }
}
