package org.armlib.ports;

import java.util.Optional;
import org.armlib.domain.RequestKey;

/** The queue could not do what was asked of it. */
public sealed class QueueException extends BackendException permits QueueFullException {
    /** Says what was tried, on which key if on one, whether the same call may succeed later, and what went wrong. */
    public QueueException(String message, Optional<RequestKey> key, boolean retryable, Throwable cause) {
        super(message, key, retryable, cause);
    }

    /** Says what is wrong, where no lower layer is to blame, and whether the same call may succeed later. */
    public QueueException(String message, boolean retryable) {
        super(message, retryable);
    }
}
