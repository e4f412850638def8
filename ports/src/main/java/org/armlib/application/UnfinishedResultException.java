package org.armlib.application;

import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;

/** Ends an attempt whose processor returned before its result was whole. */
final class UnfinishedResultException extends ArmlibException {
    UnfinishedResultException(RequestKey key, String message) {
        super(message, key);
    }
}
