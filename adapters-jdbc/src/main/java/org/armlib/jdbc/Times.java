package org.armlib.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/** Times as the tables have them: microseconds since 1970. */
final class Times {
    private static final long MICROS_PER_SECOND = TimeUnit.SECONDS.toMicros(1);

    private Times() {}

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** Rounded up, so that a wait never ends early; as much as fits if it is longer than that. */
    static long micros(Duration time) {
        if (time.getSeconds() >= Long.MAX_VALUE / MICROS_PER_SECOND) {
            return Long.MAX_VALUE;
        }
        return time.getSeconds() * MICROS_PER_SECOND + (time.getNano() + 999) / 1000;
    }

    /** {@code time - age}, or the earliest time there is. */
    static long minus(long time, Duration age) {
        long micros = micros(age);
        return micros >= time ? 0 : time - micros;
    }
}
