package org.armlib.ports;

import java.util.Optional;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;

/** The store behind a port did not do its part; the message says what was tried, the cause what the store said. */
public abstract sealed class BackendException extends ArmlibException permits QueueException, CacheException {
    private final boolean retryable;

    BackendException(String message, Optional<RequestKey> key, boolean retryable, Throwable cause) {
        super(message, key, cause);
        this.retryable = retryable;
    }

    BackendException(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    @Override
    public final boolean retryable() {
        return retryable;
    }
}
