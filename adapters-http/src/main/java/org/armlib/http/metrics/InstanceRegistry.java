package org.armlib.http.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;

/**
 * The meters of one armlib in a registry that it shares with other instances and with the program. Each meter has the tag
 * {@value #TAG}, the lowest number that no other instance of the same kind on the registry has; {@link #close} removes the
 * meters and leaves the shared registry open. Thread-safe.
 */
public final class InstanceRegistry extends CompositeMeterRegistry implements AutoCloseable {
    /** The name of the tag that tells instances apart. */
    public static final String TAG = "armlib.instance";

    private final boolean alone;

    /**
     * The meters of a new instance in {@code shared}.
     *
     * @param kind what the instance is, in lower case: instances of different kinds may have the same number
     */
    public InstanceRegistry(MeterRegistry shared, String kind) {
        this(shared, kind, false);
    }

    /** @param alone whether nothing but this instance and its process is measured into {@code shared} */
    InstanceRegistry(MeterRegistry shared, String kind, boolean alone) {
        this.alone = alone;
        String marker = "armlib.instance." + kind;
        // Another class loader may have this class as well: only the registry itself shows which numbers are taken.
        synchronized (shared) {
            int number = 1;
            while (!shared.find(marker)
                    .tag(TAG, Integer.toString(number))
                    .meters()
                    .isEmpty()) {
                number++;
            }
            config().commonTags(TAG, Integer.toString(number));
            add(shared);
            Gauge.builder(marker, () -> 1)
                    .description("1 for each instance that measures here.")
                    .register(this);
        }
    }

    /** Whether the other meters of the shared registry are the process's, and no program's. */
    public boolean isAlone() {
        return alone;
    }

    /** Removes the instance's meters from the shared registry. */
    @Override
    public void close() {
        clear();
        List.copyOf(getRegistries()).forEach(this::remove);
    }
}
