package org.armlib.ports;

import org.armlib.domain.Submission;

/**
 * The queue's answer to a submit.
 *
 * @param outcome what the call did
 * @param submission the key's submission after the call
 */
public record Enqueued(Outcome outcome, Submission submission) {
    /** What a submit did. */
    public enum Outcome {
        /** A new submission was added. */
        ADDED,
        /** The request was there, waiting or running: the caller joins it. */
        JOINED,
        /** The request is completed already; nothing was added. */
        ALREADY_COMPLETED
    }
}
