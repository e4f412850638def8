package org.armlib.ports;

import java.time.Duration;
import java.util.Optional;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a processor: what it depends on does not work at all at present. The request goes back to the queue without
 * losing an attempt, and the worker leases nothing until the upstream is {@linkplain UpstreamProbe available}, not before
 * {@link #retryAfter} has passed.
 */
public final class UpstreamUnavailableException extends ArmlibException {
    private final @Nullable Duration retryAfter;

    /** Says what is not available and how it showed. */
    public UpstreamUnavailableException(String message, Throwable cause) {
        super(message, Optional.empty(), cause);
        this.retryAfter = null;
    }

    /** Says what is not available and how it showed, where no exception told. */
    public UpstreamUnavailableException(String message) {
        super(message);
        this.retryAfter = null;
    }

    /**
     * Says what is not available, how it showed, and how long the upstream asked to be left alone.
     *
     * @throws InvalidRequestException if {@code retryAfter} is negative
     */
    public UpstreamUnavailableException(String message, Duration retryAfter) {
        super(message);
        if (retryAfter.isNegative()) {
            throw new InvalidRequestException("retryAfter", "must not be negative, was " + retryAfter);
        }
        this.retryAfter = retryAfter;
    }

    /**
     * Returns how long no call is to be made, counted from when this was thrown; empty if the upstream set no time, and the
     * worker chooses one.
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Always: the upstream may come back. */
    @Override
    public boolean retryable() {
        return true;
    }
}
