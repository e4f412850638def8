package org.armlib.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import org.armlib.application.CacheJanitor;
import org.armlib.application.JanitorOptions;
import org.armlib.application.RequestWorker;
import org.armlib.application.StandardRequestManager;
import org.armlib.application.WorkerOptions;
import org.armlib.content.Compression;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StoredFormat;
import org.armlib.file.FileCacheManager;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.armlib.ports.RequestProcessor;

/** Embeds armlib by constructors, without a framework. */
final class EmbedWithConstructors {
    private static final long LOOK_EVERY_MILLIS = 20;

    private EmbedWithConstructors() {}

    /** Runs one request and copies its result to {@code out}. */
    static void run(BatchRequest request, RequestProcessor processor, Path folder, OutputStream out)
            throws IOException, InterruptedException {
        Clock clock = Clock.systemUTC();
        RetryPolicy policy = RetryPolicy.DEFAULT;
        try (QueueManager queue = new MemQueueManager(clock);
                CacheManager cache = new FileCacheManager(folder, Compression.NONE, clock);
                RequestWorker worker = new RequestWorker(queue, cache, processor, WorkerOptions.of(4, policy), clock);
                CacheJanitor janitor = new CacheJanitor(queue, cache, JanitorOptions.defaults(ZoneOffset.UTC), clock)) {
            RequestManager requests = new StandardRequestManager(queue, cache, clock);
            worker.start();
            janitor.start();
            BatchStatus status = requests.submit(request).status();
            while (!status.status().isFinal()) {
                pause();
                status = requests.status(request.key());
            }
            CachedResult result = requests.result(request.key()).orElseThrow();
            StoredFormat csv = result.manifest().formats().get(0);
            try (InputStream content = result.open(csv.name()).orElseThrow()) {
                content.transferTo(out);
            }
        }
    }

    private static void pause() throws InterruptedException {
        Thread.sleep(LOOK_EVERY_MILLIS);
    }
}
