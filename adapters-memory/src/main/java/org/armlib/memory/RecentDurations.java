package org.armlib.memory;

import java.time.Duration;
import org.armlib.ports.DurationSample;
import org.armlib.ports.QueueOverview;

/** The durations of the last completed attempts, in a ring. Not thread-safe. */
final class RecentDurations {
    private final Duration[] ring = new Duration[QueueOverview.RECENT];
    private long added;
    private Duration total = Duration.ZERO;

    /** Adds a duration in place of the oldest one; a clock that was set back makes it zero. */
    void add(Duration duration) {
        Duration counted = duration.isNegative() ? Duration.ZERO : duration;
        int slot = (int) (added % ring.length);
        if (added >= ring.length) {
            total = total.minus(ring[slot]);
        }
        ring[slot] = counted;
        total = total.plus(counted);
        added++;
    }

    DurationSample sample() {
        long size = Math.min(added, ring.length);
        return new DurationSample(size, size, total);
    }
}
