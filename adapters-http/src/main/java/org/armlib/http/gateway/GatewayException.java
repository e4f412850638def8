package org.armlib.http.gateway;

import java.util.Optional;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;

/** One run against the upstream did not bring a whole answer; another may. */
public final class GatewayException extends ArmlibException {
    GatewayException(RequestKey key, String message) {
        super(message, key);
    }

    GatewayException(RequestKey key, String message, Throwable cause) {
        super(message, Optional.of(key), cause);
    }

    /** Always: what went wrong lies between the gateway and the upstream, not in the request. */
    @Override
    public boolean retryable() {
        return true;
    }
}
