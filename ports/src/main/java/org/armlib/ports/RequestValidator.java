package org.armlib.ports;

import org.armlib.domain.BatchRequest;
import org.armlib.domain.InvalidRequestException;

/**
 * Checks requests before they are queued, so that one that no attempt can run is refused to its caller. A
 * {@link RequestProcessor} may implement it as well. Called by many threads at once.
 */
@FunctionalInterface
public interface RequestValidator {
    /** Refuses no request. */
    RequestValidator NONE = request -> {};

    /**
     * Checks a request; returns if it can be run. Fast, and depends on the request alone.
     *
     * @throws InvalidRequestException if no attempt at it can succeed; names the field and says why
     */
    void validate(BatchRequest request);

    /** Returns the processor itself if it validates requests, otherwise a validator that refuses none. */
    static RequestValidator of(RequestProcessor processor) {
        return processor instanceof RequestValidator validator ? validator : NONE;
    }
}
