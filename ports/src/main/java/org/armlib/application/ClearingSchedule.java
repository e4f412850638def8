package org.armlib.application;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** The times at which the temporary area is cleared: once a day, also on days that skip or repeat the time of day. */
record ClearingSchedule(LocalTime time, ZoneId zone) {

    /** Returns the latest time at or before {@code now}. */
    Instant latest(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, zone);
        Instant clear = on(today);
        return clear.isAfter(now) ? on(today.minusDays(1)) : clear;
    }

    private Instant on(LocalDate day) {
        return ZonedDateTime.of(day, time, zone).toInstant();
    }
}
