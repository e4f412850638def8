package org.armlib.http.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.armlib.application.RequestWorker;
import org.armlib.application.StandardRequestManager;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.memory.MemCacheManager;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.Job;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.UpstreamUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestMetricsTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(2, Backoff.fixed(Duration.ofMillis(1)), Duration.ofSeconds(3));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RequestMetrics metrics = new RequestMetrics(registry);
    private final MemQueueManager queue = new MemQueueManager(POLICY, Duration.ofDays(1), Clock.systemUTC());
    private final MemCacheManager cache = new MemCacheManager(Clock.systemUTC());
    private final StandardRequestManager requests =
            new StandardRequestManager(queue, cache, Clock.systemUTC(), metrics);
    private final WorkerOptions options = new WorkerOptions(
            "metrics",
            1,
            Duration.ZERO,
            Duration.ofMillis(100),
            POLICY,
            WorkerOptions.of("metrics", 1, POLICY).outageBackoff());
    private final RequestWorker worker =
            new RequestWorker(queue, cache, this::run, options, Clock.systemUTC(), metrics);
    private final CountDownLatch never = new CountDownLatch(1);

    @BeforeEach
    void start() {
        worker.start();
    }

    @AfterEach
    void close() {
        worker.close();
        cache.close();
        queue.close();
    }

    @Test
    void a_request_is_counted_from_its_submission_to_its_result() {
        BatchRequest sticky = BatchRequest.of("/fine").sticky().build();
        requests.submit(sticky);
        await().until(() -> requests.status(sticky.key()).status() == BatchStatus.Status.COMPLETED);
        requests.submit(sticky);

        assertThat(registry.get("armlib.submissions")
                        .tags("how", "queued", "area", "persistent")
                        .counter()
                        .count())
                .isOne();
        assertThat(registry.get("armlib.submissions")
                        .tags("how", "cached", "area", "persistent")
                        .counter()
                        .count())
                .isOne();
        await().until(() -> attempts("completed") == 1);
        assertThat(registry.get("armlib.wait").timer().count()).isOne();
        assertThat(registry.get("armlib.published")
                        .tag("area", "persistent")
                        .counter()
                        .count())
                .isOne();
        assertThat(registry.get("armlib.published.size")
                        .tag("area", "persistent")
                        .counter()
                        .count())
                .isEqualTo(10);
        assertThat(registry.get("armlib.running").gauge().value()).isZero();
    }

    @Test
    void attempts_are_counted_by_their_outcomes() {
        requests.submit(BatchRequest.of("/flaky").build());
        await().until(() -> attempts("retried") == 1 && attempts("failed") == 1);
        requests.submit(BatchRequest.of("/wrong").build());
        await().until(() -> attempts("failed") == 2);
        BatchRequest endless = BatchRequest.of("/endless").build();
        requests.submit(endless);
        await().until(() -> registry.get("armlib.running").gauge().value() == 1);
        requests.cancel(endless.key());
        await().until(() -> attempts("cancelled") == 1);
        requests.submit(endless);
        await().until(() -> registry.get("armlib.running").gauge().value() == 1);
        worker.close();

        assertThat(attempts("given-back")).isOne();
        assertThat(attempts("lost")).isZero();
        // A second attempt has not waited since its submission, but since the first one.
        assertThat(registry.get("armlib.wait").timer().count()).isEqualTo(4);
        assertThat(registry.get("armlib.attempts")
                        .tag("outcome", "given-back")
                        .timer()
                        .totalTime(TimeUnit.NANOSECONDS))
                .isPositive();
    }

    @Test
    void requests_that_are_put_back_are_counted_by_what_does_not_work() {
        assertThat(holds("upstream")).isZero();
        requests.submit(BatchRequest.of("/down").build());

        await().until(() -> holds("upstream") >= 1);
        assertThat(holds("cache")).isZero();
    }

    private double holds(String by) {
        return registry.get("armlib.holds").tag("by", by).counter().count();
    }

    private long attempts(String outcome) {
        return registry.get("armlib.attempts").tag("outcome", outcome).timer().count();
    }

    @Test
    void a_thread_whose_job_ignores_its_interruption_is_shown_until_it_ends() {
        BatchRequest stubborn = BatchRequest.of("/stubborn").build();
        requests.submit(stubborn);
        await().until(() -> requests.status(stubborn.key()).status() == BatchStatus.Status.IN_PROGRESS);
        assertThat(stuckThreads()).isZero();

        requests.cancel(stubborn.key());
        await().until(() -> stuckThreads() == 1);

        never.countDown();
        await().until(() -> stuckThreads() == 0);
    }

    private double stuckThreads() {
        return registry.get("armlib.stuck.threads").gauge().value();
    }

    private void awaitWhateverHappens() {
        while (never.getCount() > 0) {
            try {
                never.await();
            } catch (InterruptedException e) {
                // It is this that the test is about.
            }
        }
    }

    private void run(Job job) throws IOException, InterruptedException {
        switch (job.request().requestUri()) {
            case "/flaky" -> throw new IOException("not now");
            case "/wrong" -> throw new PermanentFailureException(job.request().key(), "no such year");
            case "/down" -> throw new UpstreamUnavailableException("503 Service Unavailable");
            case "/endless" -> never.await();
            case "/stubborn" -> awaitWhateverHappens();
            default -> {
                try (OutputStream out = job.format("csv", "text/csv")) {
                    out.write("0123456789".getBytes(UTF_8));
                }
            }
        }
    }
}
