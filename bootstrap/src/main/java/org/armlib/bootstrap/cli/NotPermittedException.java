package org.armlib.bootstrap.cli;

import org.armlib.domain.ArmlibException;

/** A server does not do this for whoever asked. */
final class NotPermittedException extends ArmlibException {
    NotPermittedException(String message) {
        super(message);
    }
}
