package org.armlib.ports;

import java.time.Instant;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Eta;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
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
 * @param position the place in the queue: 1 if next to be run, 0 while it runs, empty otherwise
 * @param eta when it is expected to be done, while it waits or runs; empty where nothing is known to tell it from
 * @param hold why it is not run although it could be, while it waits
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
        Optional<QueuePosition> position,
        Optional<Eta> eta,
        Optional<Hold> hold,
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
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
