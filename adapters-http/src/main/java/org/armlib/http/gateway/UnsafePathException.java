package org.armlib.http.gateway;

/** A path that two programs might read differently, or that lies outside the upstream; the message says why. */
final class UnsafePathException extends Exception {
    UnsafePathException(String message) {
        super(message);
    }
}
