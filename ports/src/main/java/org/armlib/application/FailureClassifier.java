package org.armlib.application;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.StaleEpochException;
import org.armlib.ports.CacheException;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.UpstreamUnavailableException;

/** Tells what the failure of an attempt means: whether the request is to blame, or the place where it ran. */
final class FailureClassifier {
    /** Causes looked at, at most; a chain may end in itself. */
    private static final int MAX_CAUSES = 20;

    private FailureClassifier() {}

    /** The meaning of a failure. */
    sealed interface Meaning {}

    /** The request failed, or its processor did. */
    record OfTheRequest(Failure failure) implements Meaning {}

    /** Something that other requests need as well does not work. */
    record OfThePlace(Hold.Cause part, String reason, Optional<Duration> retryAfter) implements Meaning {}

    /** Returns the meaning of what ended an attempt. */
    static Meaning meaning(Throwable problem) {
        if (problem instanceof UpstreamUnavailableException unavailable) {
            return new OfThePlace(Hold.Cause.UPSTREAM, message(problem), unavailable.retryAfter());
        }
        if (problem instanceof StaleEpochException) {
            return new OfThePlace(Hold.Cause.REBUILD, message(problem), Optional.empty());
        }
        Throwable cause = problem;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause instanceof CacheException) {
                return new OfThePlace(Hold.Cause.CACHE, message(cause), Optional.empty());
            }
            if (cause instanceof OutOfMemoryError || cause instanceof LinkageError) {
                return new OfThePlace(Hold.Cause.WORKER, message(cause), Optional.empty());
            }
            cause = cause.getCause();
        }
        return new OfTheRequest(
                problem instanceof PermanentFailureException
                        ? Failure.permanent(message(problem))
                        : Failure.retryable(message(problem)));
    }

    /** Returns a line for a person to read. */
    static String message(Throwable problem) {
        if (problem instanceof IOException && problem.getCause() instanceof ArmlibException explained) {
            // A stream of the cache can throw nothing else.
            return message(explained);
        }
        String message = problem.getMessage();
        if (problem instanceof ArmlibException && message != null) {
            return message;
        }
        String type = problem.getClass().getSimpleName();
        return message == null || message.isBlank() ? type : type + ": " + message;
    }
}
