package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.armlib.application.RequestWorker;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Hold;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CacheException;
import org.armlib.ports.Job;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.UpstreamProbe;
import org.armlib.ports.UpstreamUnavailableException;
import org.junit.jupiter.api.Test;

/** The rules for what does not work: whose fault it is, who waits for it, and who does not. */
public interface OutageContract extends ApplicationPair {

    @Test
    default void W05_while_the_upstream_is_down_no_attempt_is_spent_and_one_request_is_tried_at_a_time() {
        try (var house = new ApplicationHouse(this)) {
            AtomicBoolean up = new AtomicBoolean();
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger probes = new AtomicInteger();
            BatchRequest request = BatchRequest.of("/report").build();
            house.manager.submit(request);
            house.work(1, new ProbedUpstream(house, up, runs, probes));

            await().until(() -> probes.get() >= 3);
            assertThat(runs).hasValue(1);
            BatchStatus held = house.manager.status(request.key());
            assertThat(held.attempts()).isZero();
            assertThat(held.hold().orElseThrow().by()).isEqualTo(Hold.Cause.UPSTREAM);
            assertThat(held.hold().orElseThrow().reason()).isEqualTo("connection refused");

            up.set(true);
            house.awaitLater(request, BatchStatus.Status.COMPLETED);
            assertThat(house.manager.status(request.key()).attempts()).isEqualTo(1);
        }
    }

    @Test
    default void W05_a_probe_that_is_wrong_about_the_upstream_holds_nothing_for_ever() {
        try (var house = new ApplicationHouse(this)) {
            AtomicInteger runs = new AtomicInteger();
            final class Ingress implements RequestProcessor, UpstreamProbe {
                @Override
                public void process(Job job) {
                    if (runs.incrementAndGet() == 1) {
                        throw new UpstreamUnavailableException("503, once");
                    }
                    house.write(job, "served");
                }

                @Override
                public boolean isAvailable() {
                    return false;
                }
            }
            BatchRequest request = BatchRequest.of("/report").build();
            house.manager.submit(request);
            house.work(2, new Ingress());

            house.awaitLater(request, BatchStatus.Status.COMPLETED);
        }
    }

    @Test
    default void W05_requests_that_the_upstream_always_refuses_hold_no_other_and_end_failed() {
        try (var house = new ApplicationHouse(this)) {
            List<BatchRequest> sick = IntStream.range(0, 4)
                    .mapToObj(i -> BatchRequest.of("/sick" + i).build())
                    .toList();
            List<BatchRequest> healthy = IntStream.range(0, 8)
                    .mapToObj(i -> BatchRequest.of("/healthy" + i).build())
                    .toList();
            sick.forEach(house.manager::submit);
            healthy.forEach(house.manager::submit);
            house.work(2, job -> {
                if (job.request().requestUri().startsWith("/sick")) {
                    throw new UpstreamUnavailableException("503 Service Unavailable");
                }
                house.write(job, "served");
            });

            healthy.forEach(request -> house.awaitLater(request, BatchStatus.Status.COMPLETED));
            sick.forEach(request -> house.awaitLater(request, BatchStatus.Status.FAILED));
            assertThat(house.manager
                            .status(sick.get(0).key())
                            .failure()
                            .orElseThrow()
                            .message())
                    .isEqualTo("503 Service Unavailable");
        }
    }

    @Test
    default void W05_a_request_that_is_refused_for_longer_than_the_worker_holds_it_ends_failed() {
        try (var house = new ApplicationHouse(this)) {
            AtomicInteger runs = new AtomicInteger();
            BatchRequest request = BatchRequest.of("/report").build();
            house.manager.submit(request);
            house.work(house.options(1, Duration.ZERO).withMaxHold(Duration.ofHours(1)), job -> {
                runs.incrementAndGet();
                throw new UpstreamUnavailableException("503 Service Unavailable");
            });

            await("failure").until(() -> {
                house.queueFixture.advance(Duration.ofMinutes(10));
                return house.manager.status(request.key()).status() == BatchStatus.Status.FAILED;
            });
            assertThat(house.manager
                            .status(request.key())
                            .failure()
                            .orElseThrow()
                            .message())
                    .isEqualTo("held for longer than PT1H (worker.max-hold): 503 Service Unavailable");
            assertThat(runs).hasValueGreaterThan(1);
        }
    }

    @Test
    default void W05_everybody_who_waits_is_told_that_leasing_is_held() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest first = BatchRequest.of("/first").build();
            BatchRequest second = BatchRequest.of("/second").build();
            RequestWorker worker = house.work(1, job -> {
                throw new UpstreamUnavailableException("429 Too Many Requests", Duration.ofHours(1));
            });
            var manager = house.manager(worker);
            manager.submit(first);
            await().until(() -> worker.hold().isPresent());
            manager.submit(second);

            Hold hold = manager.status(second.key()).hold().orElseThrow();
            assertThat(hold.by()).isEqualTo(Hold.Cause.UPSTREAM);
            assertThat(hold.reason()).isEqualTo("429 Too Many Requests");
            assertThat(Duration.between(hold.since(), hold.until())).isGreaterThan(Duration.ofMinutes(59));
            assertThat(worker.state().hold()).isPresent();
            // The request that met it waits at least as long.
            assertThat(manager.status(first.key()).hold()).isPresent();
        }
    }

    @Test
    default void W07_a_cache_that_cannot_be_written_spends_no_attempt() {
        try (var house = new ApplicationHouse(this)) {
            AtomicBoolean full = new AtomicBoolean(true);
            List<BatchRequest> requests = IntStream.range(0, 3)
                    .mapToObj(i -> BatchRequest.of("/report" + i).build())
                    .toList();
            RequestWorker worker = house.work(1, job -> {
                if (full.get()) {
                    throw new CacheException("writing a result: no space left on device; make room", false);
                }
                house.write(job, "written");
            });
            requests.forEach(house.manager::submit);

            await().until(() -> worker.hold().isPresent());
            assertThat(worker.hold().orElseThrow().by()).isEqualTo(Hold.Cause.CACHE);
            for (BatchRequest request : requests) {
                BatchStatus status = house.manager.status(request.key());
                assertThat(status.attempts()).isLessThanOrEqualTo(1);
                assertThat(status.status().isFinal()).isFalse();
            }

            full.set(false);
            requests.forEach(request -> house.awaitLater(request, BatchStatus.Status.COMPLETED));
            requests.forEach(request ->
                    assertThat(house.manager.status(request.key()).attempts()).isEqualTo(1));
            assertThat(worker.hold()).isEmpty();
        }
    }

    @Test
    default void W07_a_process_out_of_memory_or_without_a_library_spends_no_attempt() {
        try (var house = new ApplicationHouse(this)) {
            AtomicInteger runs = new AtomicInteger();
            BatchRequest request = BatchRequest.of("/report").build();
            house.work(1, job -> {
                switch (runs.incrementAndGet()) {
                    case 1 -> throw new OutOfMemoryError("Java heap space");
                    case 2 -> throw new UnsatisfiedLinkError("no zstd in java.library.path");
                    default -> house.write(job, "written");
                }
            });
            house.manager.submit(request);

            house.awaitLater(request, BatchStatus.Status.COMPLETED);
            assertThat(house.manager.status(request.key()).attempts()).isEqualTo(1);
        }
    }

    @Test
    default void W03_a_processor_that_leaves_a_format_open_or_writes_none_fails_its_attempt() {
        try (var house = new ApplicationHouse(this)) {
            house.work(1, job -> {
                if (job.request().requestUri().equals("/open")) {
                    PrintWriter writer =
                            new PrintWriter(job.format("txt", "text/plain"), false, StandardCharsets.UTF_8);
                    writer.print("the end is missing");
                }
            });
            BatchRequest open = BatchRequest.of("/open").build();
            BatchRequest nothing = BatchRequest.of("/nothing").build();
            house.manager.submit(open);
            house.manager.submit(nothing);

            house.awaitFailure(open, "without closing the format 'txt'");
            house.awaitFailure(nothing, "without writing a format");
            assertThat(house.manager.result(open.key())).isEmpty();
        }
    }

    @Test
    default void W08_a_cancelled_job_that_ignores_its_interruption_keeps_no_thread_from_working() {
        CountDownLatch never = new CountDownLatch(1);
        try (var house = new ApplicationHouse(this)) {
            CountDownLatch running = new CountDownLatch(1);
            RequestWorker worker = house.work(house.options(1, Duration.ZERO), job -> {
                if (job.request().requestUri().equals("/endless")) {
                    running.countDown();
                    awaitWhateverHappens(never);
                }
                house.write(job, "written");
            });
            BatchRequest endless = BatchRequest.of("/endless").build();
            BatchRequest next = BatchRequest.of("/next").build();
            house.manager.submit(endless);
            await().until(() -> running.getCount() == 0);
            house.manager.cancel(endless.key());
            house.manager.submit(next);

            house.awaitStatus(next.key(), BatchStatus.Status.COMPLETED);
            assertThat(worker.state().stuck()).isEqualTo(1);
            worker.close();
        } finally {
            never.countDown();
        }
    }

    private static void awaitWhateverHappens(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // It is this that the rule is about.
            }
        }
    }

    /** An upstream that is down or up, and says so. */
    final class ProbedUpstream implements RequestProcessor, UpstreamProbe {
        private final ApplicationHouse house;
        private final AtomicBoolean up;
        private final AtomicInteger runs;
        private final AtomicInteger probes;

        ProbedUpstream(ApplicationHouse house, AtomicBoolean up, AtomicInteger runs, AtomicInteger probes) {
            this.house = house;
            this.up = up;
            this.runs = runs;
            this.probes = probes;
        }

        @Override
        public void process(Job job) {
            runs.incrementAndGet();
            if (!up.get()) {
                throw new UpstreamUnavailableException("connection refused");
            }
            house.write(job, "served");
        }

        @Override
        public boolean isAvailable() {
            probes.incrementAndGet();
            return up.get();
        }
    }
}
