package org.armlib.domain;

import java.time.Instant;

/**
 * Where a submission stands. A transition is a method of the state that has it, so that a transition the lifecycle does
 * not have does not compile; one under a lease that is no longer current is refused with {@link StaleLeaseException}.
 */
public sealed interface RequestState permits RequestState.Live, RequestState.Finished {
    /** The state's name. */
    Phase phase();

    /** How many attempts were begun, given-back ones not counted. */
    int attempts();

    /** The fencing token of the last lease, 0 if there was none. */
    long fence();

    /** A submission that is still to be worked on. */
    sealed interface Live extends RequestState permits Pending, InProgress {}

    /** A submission to which nothing more happens. */
    sealed interface Finished extends RequestState permits Completed, Failed, Cancelled {
        /** When it ended. */
        Instant finished();
    }
}
