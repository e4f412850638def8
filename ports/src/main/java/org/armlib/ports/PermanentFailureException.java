package org.armlib.ports;

import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;

/** Thrown by a processor: the request itself is wrong, every attempt would fail. Its message is shown to the caller. */
public final class PermanentFailureException extends ArmlibException {
    /** Says what is wrong with the request. */
    public PermanentFailureException(RequestKey key, String message) {
        super(message, key);
    }
}
