package org.armlib.ports;

import java.util.Optional;
import org.armlib.domain.ArmlibException;

/**
 * Thrown by a processor: what it depends on does not work at all at present. The request goes back to the queue without
 * losing an attempt, and the worker leases nothing until the upstream is {@linkplain UpstreamProbe available}.
 */
public final class UpstreamUnavailableException extends ArmlibException {
    /** Says what is not available and how it showed. */
    public UpstreamUnavailableException(String message, Throwable cause) {
        super(message, Optional.empty(), cause);
    }

    /** Says what is not available and how it showed, where no exception told. */
    public UpstreamUnavailableException(String message) {
        super(message);
    }

    /** Always: the upstream may come back. */
    @Override
    public boolean retryable() {
        return true;
    }
}
