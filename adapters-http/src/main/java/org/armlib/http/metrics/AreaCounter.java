package org.armlib.http.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.armlib.domain.CachePolicy;
import org.jspecify.annotations.Nullable;

/** A counter with a value for each area of the cache; what has not happened yet is told as 0. Thread-safe. */
public final class AreaCounter {
    private final Map<CachePolicy, Counter> areas = new EnumMap<>(CachePolicy.class);

    private AreaCounter(
            MeterRegistry registry, String name, String description, @Nullable String unit, String... tags) {
        for (CachePolicy area : CachePolicy.values()) {
            areas.put(
                    area,
                    Counter.builder(name)
                            .description(description)
                            .baseUnit(unit)
                            .tags(tags)
                            .tag("area", area.area())
                            .register(registry));
        }
    }

    /** One of events, with further tags, names and values by turns. */
    public static AreaCounter of(MeterRegistry registry, String name, String description, String... tags) {
        return new AreaCounter(registry, name, description, null, tags);
    }

    /** One of bytes. */
    public static AreaCounter ofBytes(MeterRegistry registry, String name, String description) {
        return new AreaCounter(registry, name, description, "bytes");
    }

    /** Adds 1 for an area. */
    public void increment(CachePolicy area) {
        add(area, 1);
    }

    /** Adds so many for an area. */
    public void add(CachePolicy area, long amount) {
        Objects.requireNonNull(areas.get(area)).increment((double) amount);
    }
}
