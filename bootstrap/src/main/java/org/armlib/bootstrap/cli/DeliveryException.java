package org.armlib.bootstrap.cli;

import java.util.Optional;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;

/** A result did not get to where it was wanted. */
final class DeliveryException extends ArmlibException {
    DeliveryException(RequestKey key, String message) {
        super(key + ": " + message, key);
    }

    DeliveryException(RequestKey key, String message, Throwable cause) {
        super(key + ": " + message, Optional.of(key), cause);
    }

    DeliveryException(String message, Throwable cause) {
        super(message, Optional.empty(), cause);
    }
}
