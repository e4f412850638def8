package org.armlib.ports;

import java.time.Duration;
import java.time.Instant;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.InProgress;

/**
 * The part of a running request that the wait of others depends on; its parameters are no part of it.
 *
 * @param started the start of its current attempt, by the queue's clock
 * @param estimatedTime the caller's estimate, zero if none was given
 * @param progress the share done that its worker reported last, from 0 to 1
 */
public record RunningRequest(Instant started, Duration estimatedTime, double progress) {
    /** Returns what others need to know of {@code request}, which runs as {@code state} says. */
    public static RunningRequest of(BatchRequest request, InProgress state) {
        return new RunningRequest(
                state.started(), request.estimatedTime(), state.progress().fraction());
    }
}
