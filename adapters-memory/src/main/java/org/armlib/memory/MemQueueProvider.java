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
        return List.of(RETENTION);
    }

    @Override
    public Module module(Settings settings) {
        return new MemQueueModule(settings.get(RETENTION));
    }
}
