package org.armlib.http.server;

import java.util.Optional;
import org.armlib.domain.ArmlibException;

/** The server could not be started, or not be stopped in order. */
public final class HttpServerException extends ArmlibException {
    HttpServerException(String message, Throwable cause) {
        super(message, Optional.empty(), cause);
    }
}
