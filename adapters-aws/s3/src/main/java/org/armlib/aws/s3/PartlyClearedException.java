package org.armlib.aws.s3;

import org.armlib.ports.Cleared;

/** A purge or sweep could not remove something; it removed everything else. */
final class PartlyClearedException extends StoreException {
    PartlyClearedException(int failures, Cleared cleared, RuntimeException first) {
        super(
                failures + " could not be removed, " + cleared.items() + " were; the first: " + first.getMessage(),
                false);
        initCause(first);
    }
}
