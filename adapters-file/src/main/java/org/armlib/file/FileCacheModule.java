package org.armlib.file;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.time.Clock;
import org.armlib.ports.CacheManager;

/** Binds {@link CacheManager} to a {@link FileCacheManager}; asks for a {@link Clock}. */
public final class FileCacheModule extends AbstractModule {
    private final FileCacheSettings settings;

    /** A module for a cache as {@code settings} say. */
    public FileCacheModule(FileCacheSettings settings) {
        this.settings = settings;
    }

    @Provides
    @Singleton
    CacheManager cacheManager(Clock clock) {
        return new FileCacheManager(settings, clock);
    }
}
