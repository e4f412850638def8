package org.armlib.memory;

import com.google.inject.Module;
import java.util.List;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** The cache {@code memory}. */
public final class MemCacheProvider implements AdapterProvider {
    /** Found by {@link java.util.ServiceLoader}. */
    public MemCacheProvider() {}

    @Override
    public PortType port() {
        return PortType.CACHE;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of();
    }

    @Override
    public Module module(Settings settings) {
        return new MemCacheModule();
    }
}
