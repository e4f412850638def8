package org.armlib.memory;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.time.Clock;
import org.armlib.ports.CacheManager;

/** Binds {@link CacheManager} to a {@link MemCacheManager}; needs {@link Clock} bound elsewhere. */
public final class MemCacheModule extends AbstractModule {
    /** The module; it has no settings. */
    public MemCacheModule() {}

    @Provides
    @Singleton
    CacheManager cacheManager(Clock clock) {
        return new MemCacheManager(clock);
    }
}
