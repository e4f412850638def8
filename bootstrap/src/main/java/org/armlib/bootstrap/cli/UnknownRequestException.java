package org.armlib.bootstrap.cli;

import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;

/** Nobody knows the key, or what it stood for is gone. */
final class UnknownRequestException extends ArmlibException {
    /** No request of this key. */
    UnknownRequestException(RequestKey key) {
        this(key, "no request has this key; 'armlib queue' lists those there are, 'armlib submit' adds one");
    }

    UnknownRequestException(RequestKey key, String reason) {
        super(key + ": " + reason, key);
    }
}
