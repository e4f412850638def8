package org.armlib.tck;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class MutableClock extends Clock {
    private final Instant start;
    private final AtomicLong nanosSinceStart;
    private final ZoneId zone;

    private MutableClock(Instant start, AtomicLong nanosSinceStart, ZoneId zone) {
        this.start = start;
        this.nanosSinceStart = nanosSinceStart;
        this.zone = zone;
    }

    /** A clock in UTC that shows {@code start}. */
    public static MutableClock at(Instant start) {
        return new MutableClock(start, new AtomicLong(), ZoneOffset.UTC);
    }

    /** Moves the clock, back if {@code time} is negative, and those made of it by {@link #withZone}. */
    public void advance(Duration time) {
        nanosSinceStart.addAndGet(time.toNanos());
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanosSinceStart.get());
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new MutableClock(start, nanosSinceStart, other);
    }
}
