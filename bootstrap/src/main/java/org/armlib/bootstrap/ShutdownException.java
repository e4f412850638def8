package org.armlib.bootstrap;

import java.util.Optional;
import org.armlib.domain.ArmlibException;

/** Something could not be closed; the rest was. Further failures are suppressed exceptions of this one. */
public final class ShutdownException extends ArmlibException {
    ShutdownException(String message, Throwable cause) {
        super(message, Optional.empty(), cause);
    }
}
