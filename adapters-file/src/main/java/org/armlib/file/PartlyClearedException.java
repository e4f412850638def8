package org.armlib.file;

import java.io.IOException;
import org.armlib.ports.Cleared;

/** Some files could not be removed; all others were. */
final class PartlyClearedException extends IOException {
    private final int failures;
    private final Cleared cleared;
    private final IOException first;

    PartlyClearedException(int failures, Cleared cleared, IOException first) {
        super(first.getMessage(), first);
        this.failures = failures;
        this.cleared = cleared;
        this.first = first;
    }

    int failures() {
        return failures;
    }

    Cleared cleared() {
        return cleared;
    }

    IOException first() {
        return first;
    }
}
