package org.armlib.memory;

import java.time.Duration;
import java.time.Instant;

/** Times as one number that compares fast; what lies beyond 1677 or 2262 counts as that. */
final class Nanos {
    private static final long PER_SECOND = 1_000_000_000L;
    private static final long MAX_SECONDS = Long.MAX_VALUE / PER_SECOND - 1;

    private Nanos() {}

    /** Nanoseconds since 1970. */
    static long of(Instant instant) {
        return of(instant.getEpochSecond(), instant.getNano());
    }

    static long of(Duration duration) {
        return of(duration.getSeconds(), duration.getNano());
    }

    /** {@code time - duration}, or the earliest time. */
    static long minus(long time, long duration) {
        long difference = time - duration;
        boolean overflow = ((time ^ duration) & (time ^ difference)) < 0;
        return !overflow ? difference : duration > 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    private static long of(long seconds, int nanos) {
        if (seconds > MAX_SECONDS) {
            return Long.MAX_VALUE;
        }
        return seconds < -MAX_SECONDS ? Long.MIN_VALUE : seconds * PER_SECOND + nanos;
    }
}
