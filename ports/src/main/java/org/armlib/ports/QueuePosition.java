package org.armlib.ports;

import org.armlib.domain.InvalidRequestException;

/**
 * The place of a waiting request in the queue.
 *
 * @param value 1 if the request is leased next, 0 while it runs; one more than the number of requests that are leased
 *     before it
 * @param estimated whether {@code value} is an estimate; up to {@link #EXACT} it never is, beyond that it is within 1 %
 *     of a position that the request had less than a second ago
 */
public record QueuePosition(long value, boolean estimated) {
    /** The positions that are always exact, from 1 to this one. */
    public static final long EXACT = 1000;

    /** The position of a request that runs. */
    public static final QueuePosition RUNNING = new QueuePosition(0, false);

    /** @throws InvalidRequestException if {@code value} is negative */
    public QueuePosition {
        if (value < 0) {
            throw new InvalidRequestException("position", "must not be negative, was " + value);
        }
    }

    /** Returns the exact position {@code value}. */
    public static QueuePosition exact(long value) {
        return new QueuePosition(value, false);
    }
}
