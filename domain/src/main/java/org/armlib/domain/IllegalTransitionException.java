package org.armlib.domain;

/** A transition that the lifecycle does not have from the state the request is in. */
public final class IllegalTransitionException extends ArmlibException {
    /** Says what was tried on which request, and why it cannot be. */
    public IllegalTransitionException(RequestKey key, String message) {
        super("'" + key + "': " + message, key);
    }
}
