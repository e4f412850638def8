package org.armlib.bootstrap.cli;

import java.util.Optional;
import org.armlib.domain.ArmlibException;

/** What a command is to work on cannot be reached, or does not do what it was asked. */
final class UnreachableException extends ArmlibException {
    private final boolean retryable;

    UnreachableException(String message) {
        this(message, false);
    }

    UnreachableException(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    UnreachableException(String message, boolean retryable, Throwable cause) {
        super(message, Optional.empty(), cause);
        this.retryable = retryable;
    }

    @Override
    public boolean retryable() {
        return retryable;
    }
}
