package org.armlib.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.application.RequestWorker;
import org.armlib.application.StandardRequestManager;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.FormatName;
import org.armlib.domain.InProgress;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.domain.WorkerId;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Commit;
import org.armlib.ports.HoldSource;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.ResultSink;
import org.armlib.ports.ResultWriter;

/** A queue, a cache, a manager and workers, and what tests do with them. */
final class ApplicationHouse implements AutoCloseable {
    static final Duration VISIBILITY = Duration.ofSeconds(3);

    private static final RetryPolicy POLICY = new RetryPolicy(3, Backoff.fixed(Duration.ofMinutes(5)), VISIBILITY);
    private static final FormatName TXT = new FormatName("txt");

    final QueueFixture queueFixture;
    final CacheFixture cacheFixture;
    final QueueManager queue;
    final CacheManager cache;
    final StandardRequestManager manager;
    private final AtomicInteger later = new AtomicInteger();
    private final List<RequestWorker> workers = new ArrayList<>();

    ApplicationHouse(ApplicationPair pair) {
        queueFixture = pair.queueUnderTest().newQueue(POLICY);
        cacheFixture = pair.cacheUnderTest().newCache();
        queue = queueFixture.open();
        cache = cacheFixture.open();
        manager = manager();
    }

    /** Another manager over the same queue and cache. */
    StandardRequestManager manager(RequestListener... listeners) {
        return new StandardRequestManager(queue, cache, Clock.systemUTC(), listeners);
    }

    /** Another manager, in a process where {@code holds} may hold leasing back. */
    StandardRequestManager manager(HoldSource holds) {
        return new StandardRequestManager(queue, cache, Clock.systemUTC(), holds);
    }

    WorkerOptions options(int threads, Duration grace) {
        return new WorkerOptions(
                "tck",
                threads,
                grace,
                Duration.ofMillis(100),
                POLICY,
                new Backoff(Duration.ofMillis(5), 2, Duration.ofMillis(50), 0.5));
    }

    RequestWorker work(int threads, RequestProcessor processor) {
        return work(options(threads, Duration.ofSeconds(20)), processor);
    }

    RequestWorker work(WorkerOptions options, RequestProcessor processor, RequestListener... listeners) {
        RequestWorker worker = new RequestWorker(queue, cache, processor, options, Clock.systemUTC(), listeners);
        workers.add(worker);
        worker.start();
        return worker;
    }

    LeasedRequest lease() {
        try {
            List<LeasedRequest> leased = queue.lease(new WorkerId("by-hand"), 1, Duration.ofSeconds(5));
            assertThat(leased).hasSize(1);
            return leased.get(0);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The time that managers go by. */
    static Instant now() {
        return clock().instant();
    }

    static Clock clock() {
        return Clock.systemUTC();
    }

    /** Has the queue see a worker; without one there is no ETA. */
    void showWorker() {
        try {
            assertThat(queue.lease(new WorkerId("by-hand"), 1, Duration.ZERO)).isEmpty();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void publish(LeasedRequest leased, String content) {
        try (ResultWriter writer = cache.write(leased)) {
            write(writer, content);
            assertThat(writer.commit()).isInstanceOf(Commit.Published.class);
        }
    }

    /** Leases the next request by hand, publishes a result and completes it. */
    void runOne(String content) {
        LeasedRequest leased = lease();
        publish(leased, content);
        queue.complete(leased.lease());
    }

    void complete(BatchRequest request, String content) {
        manager.submit(request);
        runOne(content);
    }

    void forgetFinished() {
        queueFixture.advance(Duration.ofMinutes(1));
        await().until(() -> queue.prune(Duration.ofSeconds(1), 100) > 0);
    }

    void write(ResultSink sink, String content) {
        try (OutputStream out = sink.format(TXT.value(), "text/plain")) {
            out.write(content.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String read(RequestKey key) {
        CachedResult result = manager.result(key).orElseThrow();
        try (InputStream in = result.open(TXT).orElseThrow()) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has the queue see a worker that has something to do: what waits stays, and another request runs. */
    void showHeldWorker() {
        queue.submit(BatchRequest.of("/running").priority(1).build());
        lease();
    }

    /** Awaits a status while time passes and other requests arrive, so that holds and backoffs end. */
    void awaitLater(BatchRequest request, BatchStatus.Status status) {
        await(request.key() + " " + status).until(() -> {
            queueFixture.advance(Duration.ofMinutes(10));
            manager.submit(BatchRequest.of("/later" + later.incrementAndGet()).build());
            return manager.status(request.key()).status() == status;
        });
    }

    void awaitFailure(BatchRequest request, String message) {
        await(message)
                .untilAsserted(
                        () -> assertThat(manager.status(request.key()).failure().map(Failure::message))
                                .hasValueSatisfying(told -> assertThat(told).contains(message)));
    }

    void awaitStatus(RequestKey key, BatchStatus.Status status) {
        await(key + " " + status).until(() -> manager.status(key).status() == status);
    }

    Instant expiry(RequestKey key) {
        Submission submission = queue.find(key).orElseThrow();
        return submission.state() instanceof InProgress running
                ? running.lease().expiresAt()
                : Instant.MIN;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <T extends Throwable> void sneakyThrow(Throwable problem) throws T {
        throw (T) problem;
    }

    @Override
    public void close() {
        workers.forEach(RequestWorker::close);
        queueFixture.close();
        cacheFixture.close();
    }
}
