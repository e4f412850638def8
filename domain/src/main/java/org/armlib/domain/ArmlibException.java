package org.armlib.domain;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything armlib throws on purpose: says what was tried, on which key, and whether trying again can
 * help. No exception of a backend's own library leaves an adapter; it is at most the cause of one of these.
 */
public abstract class ArmlibException extends RuntimeException {
    private final transient @Nullable RequestKey key;

    /** An error about no particular request. */
    protected ArmlibException(String message) {
        super(message);
        this.key = null;
    }

    /** An error about one request. */
    protected ArmlibException(String message, RequestKey key) {
        super(message);
        this.key = key;
    }

    /** An error that a lower layer caused, about the request {@code key} where there is one. */
    protected ArmlibException(String message, Optional<RequestKey> key, Throwable cause) {
        super(message, cause);
        this.key = key.orElse(null);
    }

    /** The key of the request concerned, where there is one. */
    public final Optional<RequestKey> key() {
        return Optional.ofNullable(key);
    }

    /** Whether the same call, made again later, may succeed. */
    public boolean retryable() {
        return false;
    }
}
