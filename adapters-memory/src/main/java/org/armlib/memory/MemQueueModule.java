package org.armlib.memory;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueManager;

/**
 * Binds {@link QueueManager} to a {@link MemQueueManager}; needs {@link Clock} and {@link RetryPolicy} bound elsewhere.
 */
public final class MemQueueModule extends AbstractModule {
    private final Duration retention;
    private final long maxSize;

    /** The module of a queue that keeps the records of finished requests for {@code retention}. */
    public MemQueueModule(Duration retention) {
        this(retention, MemQueueManager.DEFAULT_MAX_SIZE);
    }

    /** The module of a queue whose requests take {@code maxSize} bytes of memory at most. */
    public MemQueueModule(Duration retention, long maxSize) {
        this.retention = retention;
        this.maxSize = maxSize;
    }

    @Provides
    @Singleton
    QueueManager queueManager(RetryPolicy policy, Clock clock) {
        return new MemQueueManager(policy, retention, maxSize, clock);
    }
}
