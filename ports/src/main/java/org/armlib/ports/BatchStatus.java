package org.armlib.ports;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Eta;
import org.armlib.domain.Failure;
import org.armlib.domain.Manifest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;

/**
 * Where a request stands, as its caller is told.
 *
 * @param key the request's key
 * @param status the state
 * @param request what was submitted; empty if the key is unknown
 * @param submitted when
 * @param started when the current or last attempt began, where known
 * @param finished when it ended, if it did
 * @param attempts attempts begun
 * @param position 1 if next to be run, 0 while it runs, empty otherwise
 * @param eta when it is expected to be done, while it waits or runs
 * @param progress how far it has come, while it runs
 * @param failure why the last attempt failed
 * @param result what its result consists of, if it is there
 */
public record BatchStatus(
        RequestKey key,
        Status status,
        Optional<BatchRequest> request,
        Optional<Instant> submitted,
        Optional<Instant> started,
        Optional<Instant> finished,
        int attempts,
        OptionalLong position,
        Optional<Eta> eta,
        Optional<Progress> progress,
        Optional<Failure> failure,
        Optional<Manifest> result) {

    /** The states a caller may be told of. */
    public enum Status {
        /** Waiting. */
        PENDING("Pending"),
        /** Running. */
        IN_PROGRESS("InProgress"),
        /** Done; the result is in {@link BatchStatus#result}. */
        COMPLETED("Completed"),
        /** Given up, see {@link BatchStatus#failure}. */
        FAILED("Failed"),
        /** Called off. */
        CANCELLED("Cancelled"),
        /** Nobody knows the key, or its result is gone: submit it to have it run. */
        UNKNOWN("Unknown");

        private final String label;

        Status(String label) {
            this.label = label;
        }

        /** The name as it is shown to people and in JSON, for example {@code InProgress}. */
        public String label() {
            return label;
        }

        /** Whether nothing more happens until somebody submits the request again. */
        public boolean isFinal() {
            return this != PENDING && this != IN_PROGRESS;
        }

        /** The status that shows {@code phase}. */
        public static Status of(Phase phase) {
            return valueOf(phase.name());
        }
    }

    /** The status of a key that nobody knows. */
    public static BatchStatus unknown(RequestKey key) {
        return new BatchStatus(
                key,
                Status.UNKNOWN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
