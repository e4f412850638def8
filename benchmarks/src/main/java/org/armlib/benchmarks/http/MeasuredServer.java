package org.armlib.benchmarks.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.armlib.application.StandardRequestManager;
import org.armlib.benchmarks.BenchmarkFailure;
import org.armlib.content.Compression;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.armlib.file.FileCacheManager;
import org.armlib.http.api.ApiServlet;
import org.armlib.http.api.ApiSettings;
import org.armlib.http.metrics.RequestMetrics;
import org.armlib.http.server.HttpServer;
import org.armlib.http.server.HttpServerSettings;
import org.armlib.memory.MemCacheManager;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.armlib.ports.ResultWriter;

/**
 * The process that is measured: the HTTP API over a queue in memory, the same API in a server that also has the bytes of its
 * results as static files, and a server that has nothing but these files. It says where the three are, and does what it is
 * told on standard input until that ends.
 */
final class MeasuredServer {
    /** How each of its answers begins. */
    static final String ANSWER = "answer: ";

    static final int SMALL = 1_000;
    static final int LARGE = 64_000;

    private static final WorkerId WORKER = new WorkerId("measured");
    private static final Duration RETENTION = Duration.ofHours(1);

    private final QueueManager queue;
    private final CacheManager cache;
    private final List<LeasedRequest> running = new ArrayList<>();

    private MeasuredServer(QueueManager queue, CacheManager cache) {
        this.queue = queue;
        this.cache = cache;
    }

    /**
     * Runs it in the folder {@code args[0]}, with results in memory if {@code args[1]} says so, else in files.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        Path plain = folder.resolve("plain");
        Clock clock = Clock.systemUTC();
        Files.createDirectories(plain);
        MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (QueueManager queue = new MemQueueManager(RetryPolicy.DEFAULT, RETENTION, clock);
                CacheManager cache = args[1].equals("memory")
                        ? new MemCacheManager(clock)
                        : new FileCacheManager(folder.resolve("cache"), Compression.NONE, clock)) {
            RequestManager requests = new StandardRequestManager(queue, cache, clock, new RequestMetrics(registry));
            try (HttpServer server = new HttpServer(requests, queue, cache, clock, settings(), registry);
                    FileServer shared = FileServer.beside(
                            new ApiServlet(
                                    requests,
                                    queue,
                                    cache,
                                    clock,
                                    settings().api(),
                                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
                            plain);
                    FileServer alone = FileServer.alone(plain)) {
                MeasuredServer measured = new MeasuredServer(queue, cache);
                measured.store(plain);
                answer(server.start() + " " + shared.address() + " " + alone.address());
                measured.obey();
            }
        }
    }

    /** The key of the result of so many bytes, and the name of the file. */
    static String name(int size) {
        return "result-" + size;
    }

    /** The key of one of the requests that {@code submit} submits. */
    static String waited(int index) {
        return "waited-" + index;
    }

    private static void answer(String line) {
        System.out.println(ANSWER + line);
        System.out.flush();
    }

    private static HttpServerSettings settings() {
        ApiSettings usual = ApiSettings.DEFAULT;
        return HttpServerSettings.local(usual.toBuilder()
                .maxQueue(Integer.MAX_VALUE)
                .maxWaitersPerAddress(usual.maxWaiters())
                .build());
    }

    /** The same bytes as a result and as a file. */
    private void store(Path plain) throws IOException, InterruptedException {
        Random random = new Random(1);
        for (int size : List.of(SMALL, LARGE)) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            Files.write(plain.resolve(name(size) + ".csv"), bytes);
            submit(name(size));
            lease(1);
            finish(bytes);
        }
    }

    private void obey() throws IOException, InterruptedException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ", -1);
            switch (words[0]) {
                case "submit" -> submit(words[1]);
                case "lease" -> lease(Integer.parseInt(words[1]));
                case "finish" -> finish(new byte[SMALL]);
                default -> throw new BenchmarkFailure("there is no such order: " + order);
            }
            answer("done");
        }
    }

    private void submit(String key) {
        queue.submit(BatchRequest.of("/measured").key(new RequestKey(key)).build());
    }

    private void lease(int count) throws InterruptedException {
        while (running.size() < count) {
            running.addAll(queue.lease(WORKER, count - running.size(), Duration.ofSeconds(1)));
        }
    }

    /** Publishes and completes all that was leased. */
    private void finish(byte[] bytes) throws IOException {
        for (LeasedRequest leased : running) {
            try (ResultWriter writer = cache.write(leased)) {
                try (OutputStream out = writer.format("csv", "text/csv")) {
                    out.write(bytes);
                }
                writer.commit();
            }
            queue.complete(leased.lease());
        }
        running.clear();
    }
}
