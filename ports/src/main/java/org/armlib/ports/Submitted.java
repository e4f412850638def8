package org.armlib.ports;

/**
 * The answer to a submit.
 *
 * @param how how the request was taken
 * @param status where it stands now
 */
public record Submitted(How how, BatchStatus status) {
    /** How a request was taken. */
    public enum How {
        /** Its result was in the cache. */
        CACHED,
        /** The same request was waiting or running. */
        JOINED,
        /** It was added to the queue. */
        QUEUED
    }
}
