package org.armlib.aws.dynamodb;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.time.Clock;
import org.armlib.aws.AwsAccess;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueManager;

/** Binds {@link QueueManager} to a {@link DynQueueManager}; needs {@link RetryPolicy} and {@link Clock} bound elsewhere. */
public final class DynQueueModule extends AbstractModule {
    private final AwsAccess access;
    private final DynQueueSettings settings;

    /** The module of the queue that {@code access} and {@code settings} lead to. */
    public DynQueueModule(AwsAccess access, DynQueueSettings settings) {
        this.access = access;
        this.settings = settings;
    }

    @Provides
    @Singleton
    QueueManager queueManager(RetryPolicy policy, Clock clock) {
        return DynQueueManager.open(access, settings, policy, clock);
    }
}
