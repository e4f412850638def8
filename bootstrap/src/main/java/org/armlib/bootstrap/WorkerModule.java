package org.armlib.bootstrap;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.util.Set;
import org.armlib.application.RequestWorker;
import org.armlib.application.WorkerOptions;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestProcessor;

/** Runs requests in this process. Comes after what it works with, so that it is closed before. */
final class WorkerModule extends AbstractModule {
    private final WorkerOptions options;

    WorkerModule(WorkerOptions options) {
        this.options = options;
    }

    @Provides
    @Singleton
    RequestWorker worker(
            QueueManager queue, CacheManager cache, RequestProcessor processor, Set<RequestListener> listeners) {
        return new RequestWorker(queue, cache, processor, options, listeners.toArray(RequestListener[]::new));
    }
}
