package org.armlib.http.browser;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.armlib.application.RequestWorker;
import org.armlib.application.StandardRequestManager;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Hold;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.armlib.http.api.ApiSettings;
import org.armlib.http.server.HttpServer;
import org.armlib.http.server.HttpServerSettings;
import org.armlib.memory.MemCacheManager;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.Job;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.RequestManager;
import org.armlib.ports.RequestProcessor;

/** A server with all there is behind it, everything in memory; a test says what its requests do. */
final class TestServer implements AutoCloseable {
    static final String ADMIN_TOKEN = "the-token-of-the-administrators";
    private static final int THREADS = 2;

    private final Clock clock = Clock.systemUTC();
    private final MemQueueManager queue = new MemQueueManager(clock);
    private final MemCacheManager cache = new MemCacheManager(clock);
    private final RequestManager requests = new StandardRequestManager(queue, cache, clock, this::hold);
    private final Map<String, RequestProcessor> processors = new ConcurrentHashMap<>();
    private final RequestWorker worker;
    private final ApiSettings api;
    private volatile Optional<Hold> hold = Optional.empty();
    private HttpServer server;
    private final URI address;

    TestServer(ApiSettings api) {
        WorkerOptions usual = WorkerOptions.of("worker", THREADS, RetryPolicy.DEFAULT);
        this.worker = new RequestWorker(
                queue,
                cache,
                this::run,
                new WorkerOptions(
                        usual.name(),
                        THREADS,
                        Duration.ZERO,
                        usual.abandonGrace(),
                        usual.retryPolicy(),
                        usual.outageBackoff()),
                Clock.systemUTC());
        this.api = api;
        this.server = server(0);
        this.address = server.start();
        worker.start();
    }

    static TestServer start() {
        return new TestServer(ApiSettings.DEFAULT.withAdminToken(ADMIN_TOKEN));
    }

    URI address() {
        return address;
    }

    RequestManager requests() {
        return requests;
    }

    /** What the requests for a URI do from now on; others fail. */
    void on(String requestUri, RequestProcessor processor) {
        processors.put(requestUri, processor);
    }

    RequestKey submit(String line) {
        return requests.submit(BatchRequest.parse(line).build()).status().key();
    }

    void submitAll(List<BatchRequest> all) {
        queue.submitAll(all);
    }

    /** Leases the next request that waits, and gives it back to be held. */
    void holdNext(Hold.Cause by, String reason, Duration delay) throws InterruptedException {
        LeasedRequest leased =
                queue.lease(new WorkerId("by-hand"), 1, Duration.ofMinutes(1)).get(0);
        queue.hold(leased.lease(), by, reason, delay);
    }

    /** Says from now on that nothing is leased here, or that leasing goes on. */
    void holdAll(Optional<Hold> reason) {
        hold = reason;
    }

    private Optional<Hold> hold() {
        return hold;
    }

    /** How many requests have failed. */
    long failed() {
        return queue.overview().count(Phase.FAILED);
    }

    /** The port is closed, the rest goes on. */
    void goAway() {
        server.close();
    }

    void comeBack() {
        server = server(address.getPort());
        server.start();
    }

    @Override
    public void close() {
        server.close();
        worker.close();
        cache.close();
        queue.close();
    }

    private HttpServer server(int port) {
        HttpServerSettings usual = HttpServerSettings.local(api);
        return new HttpServer(
                requests,
                queue,
                cache,
                clock,
                new HttpServerSettings(
                        usual.host(),
                        port,
                        usual.threads(),
                        usual.idleTimeout(),
                        Duration.ZERO,
                        Duration.ZERO,
                        usual.api()),
                new SimpleMeterRegistry());
    }

    private void run(Job job) throws Exception {
        RequestProcessor processor = processors.get(job.request().requestUri());
        if (processor == null) {
            throw new PermanentFailureException(job.request().key(), "no test said what this request does");
        }
        processor.process(job);
    }
}
