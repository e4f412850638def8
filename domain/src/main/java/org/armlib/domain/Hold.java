package org.armlib.domain;

import java.time.Instant;

/**
 * The reason why a waiting request is not run although nothing is known to be wrong with it: an upstream that is down, a
 * cache that cannot be written. A hold spends no attempt.
 *
 * @param by the part that does not work
 * @param since the time of the first of the holds that follow one another
 * @param until the earliest time of the next attempt
 * @param reason a line for a person to read
 * @param count the number of holds that followed one another, at least 1
 */
public record Hold(Cause by, Instant since, Instant until, String reason, int count) {

    /** The part of the system that a request waits for. */
    public enum Cause {
        /** The upstream API, or whatever else the processor depends on. */
        UPSTREAM("upstream"),
        /** The result store: full, read-only, denied, or unreachable. */
        CACHE("cache"),
        /** The process that runs the request: out of memory, a library missing. */
        WORKER("worker"),
        /** The data, which were rebuilt while the request ran. */
        REBUILD("rebuild");

        private final String label;

        Cause(String label) {
            this.label = label;
        }

        /** Returns the name as it is shown to people and in JSON, for example {@code upstream}. */
        public String label() {
            return label;
        }
    }

    /**
     * Cuts the reason to {@link Failure#MAX_MESSAGE}.
     *
     * @throws InvalidRequestException if {@code count} is less than 1
     */
    public Hold {
        if (count < 1) {
            throw new InvalidRequestException("count", "must be at least 1, was " + count);
        }
        reason = Text.cut(reason, Failure.MAX_MESSAGE);
    }
}
