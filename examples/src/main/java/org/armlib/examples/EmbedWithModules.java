package org.armlib.examples;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.nio.file.Path;
import java.time.Clock;
import org.armlib.content.Compression;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.file.FileCacheModule;
import org.armlib.file.FileCacheSettings;
import org.armlib.memory.MemQueueManager;
import org.armlib.memory.MemQueueModule;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueManager;

/** Embeds single adapters by their Guice modules. */
final class EmbedWithModules {
    private EmbedWithModules() {}

    static Enqueued submit(Path folder) {
        Injector injector = Guice.createInjector(
                new MemQueueModule(MemQueueManager.DEFAULT_RETENTION),
                new FileCacheModule(new FileCacheSettings(folder, Compression.GZIP)),
                binder -> {
                    binder.bind(Clock.class).toInstance(Clock.systemUTC());
                    binder.bind(RetryPolicy.class).toInstance(RetryPolicy.DEFAULT);
                });
        QueueManager queue = injector.getInstance(QueueManager.class);
        CacheManager cache = injector.getInstance(CacheManager.class);
        try (queue;
                cache) {
            return queue.submit(BatchRequest.of("/report").build());
        }
    }
}
