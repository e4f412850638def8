package org.armlib.memory;

import com.google.inject.Module;
import java.time.Duration;
import java.util.List;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** The queue {@code memory}. */
public final class MemQueueProvider implements AdapterProvider {
    /** How long the record of a finished request is kept. */
    public static final Setting<Duration> RETENTION = Setting.duration(
                    "retention",
                    "how long the record of a finished request is kept",
                    Duration.ZERO,
                    Duration.ofDays(3650))
            .withDefault(MemQueueManager.DEFAULT_RETENTION);

    /** The memory that requests may take. */
    public static final Setting<Long> MAX_SIZE = Setting.size(
                    "max-size",
                    "the memory that requests may take, finished ones included; further ones are refused",
                    1024 * 1024,
                    1L << 40)
            .withDefault(MemQueueManager.DEFAULT_MAX_SIZE);

    /** Found by {@link java.util.ServiceLoader}. */
    public MemQueueProvider() {}

    @Override
    public PortType port() {
        return PortType.QUEUE;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(RETENTION, MAX_SIZE);
    }

    @Override
    public Module module(Settings settings) {
        return new MemQueueModule(settings.get(RETENTION), settings.get(MAX_SIZE));
    }
}
