package org.armlib.bootstrap;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import java.time.Clock;
import java.util.Set;
import org.armlib.application.RequestWorker;
import org.armlib.application.WorkerOptions;
import org.armlib.ports.CacheManager;
import org.armlib.ports.HoldSource;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestProcessor;

/** Runs requests in this process. Comes after what it works with, so that it is closed before. */
final class WorkerModule extends AbstractModule {
    private final WorkerOptions options;

    WorkerModule(WorkerOptions options) {
        this.options = options;
    }

    @Override
    protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), HoldSource.class)
                .setBinding()
                .to(RequestWorker.class);
    }

    @Provides
    @Singleton
    RequestWorker worker(
            QueueManager queue,
            CacheManager cache,
            RequestProcessor processor,
            Clock clock,
            Set<RequestListener> listeners) {
        return new RequestWorker(queue, cache, processor, options, clock, listeners.toArray(RequestListener[]::new));
    }
}
