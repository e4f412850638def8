package org.armlib.bootstrap.cli;

import org.armlib.domain.ArmlibException;

/** What was asked on the command line cannot be done as asked; ends the command with exit code 2. */
final class UsageException extends ArmlibException {
    UsageException(String message) {
        super(message);
    }
}
