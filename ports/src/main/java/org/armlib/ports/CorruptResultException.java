package org.armlib.ports;

import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;

/** The stored bytes of a result are not those that were published; the result counts as absent from now on. */
public final class CorruptResultException extends ArmlibException {
    /** Says which result, where it lies and what is wrong with it. */
    public CorruptResultException(RequestKey key, String message) {
        super("the result of '" + key + "' is damaged: " + message, key);
    }
}
