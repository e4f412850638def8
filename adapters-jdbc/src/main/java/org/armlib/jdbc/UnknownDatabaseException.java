package org.armlib.jdbc;

import org.armlib.domain.ArmlibException;

/** The queue cannot live in the database that it was given, because it does not know its language. */
public final class UnknownDatabaseException extends ArmlibException {
    UnknownDatabaseException(String message) {
        super(message);
    }
}
