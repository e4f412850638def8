package org.armlib.http.metrics;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The time spans that histograms tell apart: requests of a batch mode take milliseconds or days. */
public final class Timers {
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(15),
        Duration.ofHours(1),
        Duration.ofHours(4),
        Duration.ofDays(1)
    };

    private Timers() {}

    /** A timer with these bounds. */
    public static Timer.Builder of(String name, String description) {
        return Timer.builder(name).description(description).serviceLevelObjectives(BOUNDS);
    }
}
