package org.armlib.content;

import java.io.IOException;

/** A store did not deliver what it keeps, which says nothing about whether that is whole. */
public final class StoreReadException extends IOException {
    /** With what the store said. */
    public StoreReadException(String message, Exception cause) {
        super(message, cause);
    }
}
