package org.armlib.aws.s3;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.time.Clock;
import org.armlib.aws.AwsAccess;
import org.armlib.ports.CacheManager;

/** Binds {@link CacheManager} to an {@link S3CacheManager}; asks for a {@link Clock}. */
public final class S3CacheModule extends AbstractModule {
    private final AwsAccess access;
    private final S3CacheSettings settings;

    /** A module for a cache as {@code settings} say, reached by {@code access}. */
    public S3CacheModule(AwsAccess access, S3CacheSettings settings) {
        this.access = access;
        this.settings = settings;
    }

    @Provides
    @Singleton
    CacheManager cacheManager(S3CacheManager cache) {
        return cache;
    }

    @Provides
    @Singleton
    S3CacheManager s3CacheManager(Clock clock) {
        return S3CacheManager.open(access, settings, clock);
    }
}
