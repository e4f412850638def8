package org.armlib.application;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * When a {@link CacheJanitor} clears what.
 *
 * @param temporaryClear the time of day at which the temporary area is cleared
 * @param zone where that time of day is
 * @param orphansAfter how old the remains of an unpublished result must be to be swept; longer than any result takes to
 *     write
 * @param retention how long the queue remembers finished requests
 */
public record JanitorOptions(LocalTime temporaryClear, ZoneId zone, Duration orphansAfter, Duration retention) {
    /** Clears at two at night in {@code zone}, sweeps after a day, remembers for a week. */
    public static JanitorOptions defaults(ZoneId zone) {
        return new JanitorOptions(LocalTime.of(2, 0), zone, Duration.ofDays(1), Duration.ofDays(7));
    }
}
