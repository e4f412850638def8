package org.armlib.application;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * When a {@link CacheJanitor} clears what.
 *
 * @param temporaryClear the time of day at which the temporary area is cleared
 * @param zone the time zone of that time of day
 * @param temporaryMinAge how old a temporary result must be to be cleared, so that nobody loses a result just computed
 * @param orphansAfter how old the remains of an unpublished result must be to be swept; longer than any result takes to
 *     write
 * @param retention how long the queue remembers finished requests
 */
public record JanitorOptions(
        LocalTime temporaryClear, ZoneId zone, Duration temporaryMinAge, Duration orphansAfter, Duration retention) {
    /** Clears at 02:00 in {@code zone} what is older than an hour, sweeps after a day, remembers for a week. */
    public static JanitorOptions defaults(ZoneId zone) {
        return new JanitorOptions(
                LocalTime.of(2, 0), zone, Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7));
    }
}
