package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.application.StandardRequestManager;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.KeyConflictException;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.AttemptOutcome;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CacheException;
import org.armlib.ports.Commit;
import org.armlib.ports.HoldSource;
import org.armlib.ports.Job;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestManager;
import org.armlib.ports.ResultWriter;
import org.armlib.ports.StatusDetail;
import org.armlib.ports.Submitted;
import org.junit.jupiter.api.Test;

/**
 * The rules of the request manager (R) and the worker (W), over a pair of adapters: what holds for each alone must hold
 * for the two together.
 */
public interface ApplicationContract
        extends JanitorContract, OutageContract, EstimateContract, ApplicationClockContract {

    @Test
    default void R01_a_request_that_the_validator_refuses_is_neither_queued_nor_run_again() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024").build();
            house.complete(request, "the result");
            RequestManager strict = new StandardRequestManager(
                    house.queue, house.cache, ApplicationHouse.clock(), HoldSource.NONE, refused -> {
                        throw new InvalidRequestException("requestUri", "is not run here");
                    });

            assertThatThrownBy(() -> strict.submit(
                            BatchRequest.parse("/report?year=2025").build()))
                    .isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> strict.resubmit(request.key())).isInstanceOf(InvalidRequestException.class);

            assertThat(house.queue.overview().count(Phase.PENDING)).isZero();
            assertThat(house.cache.find(request.key())).isPresent();
        }
    }

    @Test
    default void R01_a_request_whose_result_is_cached_is_answered_at_once_and_not_queued() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024").build();
            house.complete(request, "the result");

            Submitted answer = house.manager.submit(request);

            assertThat(answer.how()).isEqualTo(Submitted.How.CACHED);
            assertThat(answer.status().status()).isEqualTo(BatchStatus.Status.COMPLETED);
            assertThat(answer.status().result()).isPresent();
            assertThat(house.queue.overview().count(Phase.PENDING)).isZero();
        }
    }

    @Test
    default void R01_a_result_is_found_when_the_queue_has_forgotten_its_request() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024").build();
            house.complete(request, "the result");
            house.forgetFinished();

            assertThat(house.manager.status(request.key()).status()).isEqualTo(BatchStatus.Status.COMPLETED);
            assertThat(house.manager.submit(request).how()).isEqualTo(Submitted.How.CACHED);
        }
    }

    @Test
    default void R01_identical_requests_from_many_callers_run_once() throws Exception {
        try (var house = new ApplicationHouse(this)) {
            AtomicInteger runs = new AtomicInteger();
            house.work(4, job -> {
                runs.incrementAndGet();
                house.write(job, job.request().toString());
            });
            ExecutorService callers = Executors.newFixedThreadPool(8);
            try {
                List<Future<Submitted>> answers = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    String query = i % 2 == 0 ? "a=1&b=2" : "b=2&a=1";
                    BatchRequest request =
                            BatchRequest.parse("/report" + i % 10 + "?" + query).build();
                    answers.add(callers.submit(() -> house.manager.submit(request)));
                }
                Set<RequestKey> keys = ConcurrentHashMap.newKeySet();
                for (Future<Submitted> answer : answers) {
                    keys.add(answer.get().status().key());
                }
                assertThat(keys).hasSize(10);
                keys.forEach(key -> house.awaitStatus(key, BatchStatus.Status.COMPLETED));
            } finally {
                callers.shutdownNow();
            }
            assertThat(runs).hasValue(10);
        }
    }

    @Test
    default void R01_a_sticky_submit_makes_a_cached_temporary_result_persistent() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024").build();
            house.complete(request, "the result");

            house.manager.submit(
                    BatchRequest.parse("/report?year=2024").sticky().build());
            assertThat(house.manager.status(request.key()).request()).get().matches(BatchRequest::sticky);
            house.cache.purge(Purge.ROUTINE);

            assertThat(house.read(request.key())).isEqualTo("the result");
        }
    }

    @Test
    default void R01_a_chosen_key_in_the_cache_does_not_answer_for_a_different_request() {
        try (var house = new ApplicationHouse(this)) {
            RequestKey key = new RequestKey("mine");
            house.complete(BatchRequest.of("/one").key(key).build(), "one");
            house.forgetFinished();

            assertThatThrownBy(() -> house.manager.submit(
                            BatchRequest.of("/two").key(key).build()))
                    .isInstanceOf(KeyConflictException.class);
        }
    }

    @Test
    default void R01_requests_submitted_together_are_each_answered_from_the_cache_joined_or_queued() {
        try (var house = new ApplicationHouse(this)) {
            RecordingListener listener = new RecordingListener();
            BatchRequest cached = BatchRequest.of("/cached").build();
            BatchRequest cleared = BatchRequest.of("/cleared").build();
            BatchRequest joined = BatchRequest.of("/joined").build();
            BatchRequest added = BatchRequest.of("/added").build();
            house.complete(cleared, "cleared");
            house.cache.purge(Purge.ROUTINE);
            house.complete(cached, "cached");
            house.manager.submit(joined);

            List<Submitted> answers = house.manager(listener).submitAll(List.of(added, cached, joined, cleared, added));

            assertThat(answers)
                    .extracting(Submitted::how)
                    .containsExactly(
                            Submitted.How.QUEUED,
                            Submitted.How.CACHED,
                            Submitted.How.JOINED,
                            Submitted.How.QUEUED,
                            Submitted.How.JOINED);
            assertThat(answers).extracting(answer -> answer.status().position()).containsOnly(Optional.empty());
            assertThat(listener.events())
                    .containsExactly(
                            "QUEUED /added", "CACHED /cached", "JOINED /joined", "QUEUED /cleared", "JOINED /added");
            assertThat(house.queue.overview().count(Phase.PENDING)).isEqualTo(3);
            assertThat(house.manager.submitAll(List.of())).isEmpty();
        }
    }

    @Test
    default void R02_a_brief_status_has_all_but_position_and_eta() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request =
                    BatchRequest.of("/r").estimatedTime(Duration.ofMinutes(2)).build();

            BatchStatus waiting =
                    house.manager.submit(request, StatusDetail.BRIEF).status();
            assertThat(waiting.status()).isEqualTo(BatchStatus.Status.PENDING);
            assertThat(waiting.position()).isEmpty();
            assertThat(waiting.eta()).isEmpty();

            house.queue.progress(house.lease().lease(), new Progress(0.5, "halfway"));
            BatchStatus running = house.manager.status(request.key(), StatusDetail.BRIEF);
            assertThat(running.status()).isEqualTo(BatchStatus.Status.IN_PROGRESS);
            assertThat(running.progress().orElseThrow().message()).isEqualTo("halfway");
            assertThat(running.attempts()).isEqualTo(1);
            assertThat(running.eta()).isEmpty();
        }
    }

    @Test
    default void R02_a_status_tells_position_eta_attempts_progress_and_result() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest first = BatchRequest.of("/first")
                    .estimatedTime(Duration.ofMinutes(2))
                    .build();
            BatchRequest second = BatchRequest.of("/second")
                    .estimatedTime(Duration.ofMinutes(1))
                    .build();
            house.showWorker();
            house.manager.submit(first);
            house.manager.submit(second);

            await("an ETA").until(() -> house.manager.status(second.key()).eta().isPresent());
            BatchStatus waiting = house.manager.status(second.key());
            assertThat(waiting.status()).isEqualTo(BatchStatus.Status.PENDING);
            assertThat(waiting.position()).contains(QueuePosition.exact(2));
            assertThat(waiting.eta().orElseThrow().p90())
                    .isAfter(waiting.eta().orElseThrow().p50());
            assertThat(waiting.submitted()).isPresent();

            Lease lease = house.lease().lease();
            house.queue.progress(lease, new Progress(0.5, "halfway"));
            BatchStatus running = house.manager.status(first.key());
            assertThat(running.status()).isEqualTo(BatchStatus.Status.IN_PROGRESS);
            assertThat(running.position()).contains(QueuePosition.exact(0));
            assertThat(running.attempts()).isEqualTo(1);
            assertThat(running.started()).isPresent();
            assertThat(running.progress().orElseThrow().message()).isEqualTo("halfway");
            assertThat(house.manager.status(second.key()).position()).contains(QueuePosition.exact(1));

            house.queue.fail(lease, Failure.permanent("no such year"));
            BatchStatus failed = house.manager.status(first.key());
            assertThat(failed.status()).isEqualTo(BatchStatus.Status.FAILED);
            assertThat(failed.failure().orElseThrow().message()).isEqualTo("no such year");
            assertThat(failed.finished()).isPresent();

            assertThat(house.manager.status(new RequestKey("nobody-knows-me")).status())
                    .isEqualTo(BatchStatus.Status.UNKNOWN);
        }
    }

    @Test
    default void R03_a_lost_result_is_told_and_the_next_submit_runs_the_request_again() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024").build();
            house.complete(request, "the result");
            house.cache.purge(Purge.ROUTINE);

            BatchStatus lost = house.manager.status(request.key());
            assertThat(lost.status()).isEqualTo(BatchStatus.Status.UNKNOWN);
            assertThat(lost.failure()).isPresent();

            assertThat(house.manager.submit(request).how()).isEqualTo(Submitted.How.QUEUED);
            assertThat(house.manager.submit(request).how()).isEqualTo(Submitted.How.JOINED);
            house.runOne("another result");
            assertThat(house.read(request.key())).isEqualTo("another result");
        }
    }

    @Test
    default void R04_a_result_published_by_a_worker_that_died_is_completed_without_running() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024").build();
            house.manager.submit(request);
            house.publish(house.lease(), "the result");

            house.queueFixture.advance(ApplicationHouse.VISIBILITY.multipliedBy(2));
            AtomicInteger runs = new AtomicInteger();
            house.work(1, job -> runs.incrementAndGet());

            house.awaitStatus(request.key(), BatchStatus.Status.COMPLETED);
            assertThat(runs).hasValue(0);
            assertThat(house.read(request.key())).isEqualTo("the result");
        }
    }

    @Test
    default void R_a_resubmit_withdraws_the_result_and_runs_the_request_again() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024").build();
            house.complete(request, "old");

            assertThat(house.manager.resubmit(request.key()).orElseThrow().how())
                    .isEqualTo(Submitted.How.QUEUED);
            assertThat(house.manager.result(request.key())).isEmpty();
            assertThat(house.manager.status(request.key()).status()).isEqualTo(BatchStatus.Status.PENDING);

            house.runOne("new");
            assertThat(house.read(request.key())).isEqualTo("new");
            assertThat(house.manager.resubmit(new RequestKey("nobody-knows-me")))
                    .isEmpty();
        }
    }

    @Test
    default void R_a_resubmit_works_from_the_cache_where_the_queue_has_forgotten_the_request() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request =
                    BatchRequest.parse("/report?year=2024").sticky().build();
            house.complete(request, "old");
            house.forgetFinished();

            house.manager.resubmit(request.key());
            assertThat(house.manager.result(request.key())).isEmpty();
            house.runOne("new");
            assertThat(house.read(request.key())).isEqualTo("new");
        }
    }

    @Test
    default void R_a_resubmit_stays_in_its_trace_or_is_in_that_of_its_caller() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024")
                    .trace(QueueSamples.TRACE)
                    .build();
            house.complete(request, "old");

            house.manager.resubmit(request.key());
            assertThat(house.lease().request().trace()).contains(QueueSamples.TRACE);
            house.manager.cancel(request.key());

            house.manager.resubmit(request.key(), Optional.of(QueueSamples.OTHER_TRACE));
            assertThat(house.lease().request().trace()).contains(QueueSamples.OTHER_TRACE);
        }
    }

    @Test
    default void R_a_resubmit_from_the_cache_stays_in_the_trace_of_the_result() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024")
                    .sticky()
                    .trace(QueueSamples.TRACE)
                    .build();
            house.complete(request, "old");
            house.forgetFinished();

            house.manager.resubmit(request.key());

            assertThat(house.lease().request().trace()).contains(QueueSamples.TRACE);
        }
    }

    @Test
    default void R_what_is_cancelled_while_it_runs_publishes_nothing() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.parse("/report?year=2024").build();
            house.manager.submit(request);
            LeasedRequest leased = house.lease();

            assertThat(house.manager.cancel(request.key()).status()).isEqualTo(BatchStatus.Status.CANCELLED);
            try (ResultWriter writer = house.cache.write(leased)) {
                house.write(writer, "too late");
                assertThat(writer.commit()).isEqualTo(new Commit.Discarded(Commit.Reason.SUPERSEDED));
            }
            assertThat(house.manager.result(request.key())).isEmpty();
            assertThat(house.manager.submit(request).how()).isEqualTo(Submitted.How.QUEUED);
        }
    }

    @Test
    default void W01_the_lease_of_a_long_job_is_kept() {
        try (var house = new ApplicationHouse(this)) {
            CountDownLatch goOn = new CountDownLatch(1);
            BatchRequest request = BatchRequest.of("/long").build();
            house.manager.submit(request);
            house.work(1, job -> {
                goOn.await();
                house.write(job, "done");
            });
            house.awaitStatus(request.key(), BatchStatus.Status.IN_PROGRESS);

            for (int i = 0; i < 6; i++) {
                Instant before = house.expiry(request.key());
                house.queueFixture.advance(ApplicationHouse.VISIBILITY.dividedBy(2));
                await().until(() -> house.expiry(request.key()).isAfter(before));
            }
            goOn.countDown();

            house.awaitStatus(request.key(), BatchStatus.Status.COMPLETED);
            assertThat(house.manager.status(request.key()).attempts()).isEqualTo(1);
        }
    }

    @Test
    default void W02_a_job_whose_lease_is_lost_is_told_and_interrupted_and_cannot_publish() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.of("/lost").build();
            CompletableFuture<Job> lost = new CompletableFuture<>();
            CountDownLatch interrupted = new CountDownLatch(1);
            house.manager.submit(request);
            var worker = house.work(1, job -> {
                lost.complete(job);
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
                house.write(job, "too late");
            });
            await().until(lost::isDone);

            house.manager.cancel(request.key());

            await().until(() -> lost.join().isAbandoned());
            await().until(() -> interrupted.getCount() == 0);
            worker.close();
            assertThat(house.manager.result(request.key())).isEmpty();
        }
    }

    @Test
    default void W03_whatever_a_job_throws_the_worker_goes_on() {
        try (var house = new ApplicationHouse(this)) {
            List<Throwable> problems = List.of(
                    new StackOverflowError("deep"),
                    new AssertionError("wrong"),
                    new InterruptedException("by itself"),
                    new PermanentFailureException(new RequestKey("x"), "no"),
                    new IOException("broken"));
            AtomicInteger next = new AtomicInteger();
            house.work(1, job -> {
                if (job.request().requestUri().equals("/fine")) {
                    house.write(job, "fine");
                } else {
                    ApplicationHouse.sneakyThrow(problems.get(next.getAndIncrement()));
                }
            });
            for (int i = 0; i < problems.size(); i++) {
                BatchRequest request = BatchRequest.of("/bad" + i).build();
                house.manager.submit(request);
                await().until(() ->
                        house.manager.status(request.key()).failure().isPresent());
            }
            BatchRequest fine = BatchRequest.of("/fine").build();
            house.manager.submit(fine);
            house.awaitStatus(fine.key(), BatchStatus.Status.COMPLETED);
        }
    }

    @Test
    default void W04_a_stopped_worker_lets_a_running_job_finish() throws Exception {
        try (var house = new ApplicationHouse(this)) {
            CountDownLatch goOn = new CountDownLatch(1);
            BatchRequest running = BatchRequest.of("/running").build();
            house.manager.submit(running);
            var worker = house.work(1, job -> {
                goOn.await();
                house.write(job, "finished");
            });
            house.awaitStatus(running.key(), BatchStatus.Status.IN_PROGRESS);
            BatchRequest waiting = BatchRequest.of("/waiting").build();
            house.manager.submit(waiting);

            FutureTask<Void> closed = new FutureTask<>(worker::close, null);
            Thread closing = new Thread(closed);
            closing.start();
            // Once it waits for the job, it has stopped leasing; before that it may well take what waits.
            await("the worker waits for its job").until(() -> closing.getState() == Thread.State.TIMED_WAITING);
            goOn.countDown();
            closed.get();

            assertThat(house.read(running.key())).isEqualTo("finished");
            assertThat(house.manager.status(waiting.key()).status()).isEqualTo(BatchStatus.Status.PENDING);
        }
    }

    @Test
    default void W04_a_job_that_outlasts_the_grace_time_is_given_back_without_loss_of_an_attempt() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.of("/endless").build();
            house.manager.submit(request);
            WorkerOptions hasty = house.options(1, Duration.ZERO);
            var worker = house.work(hasty, job -> new CountDownLatch(1).await());
            house.awaitStatus(request.key(), BatchStatus.Status.IN_PROGRESS);

            worker.close();

            BatchStatus status = house.manager.status(request.key());
            assertThat(status.status()).isEqualTo(BatchStatus.Status.PENDING);
            assertThat(status.attempts()).isZero();
        }
    }

    @Test
    default void W05_a_permanent_failure_is_not_tried_again() {
        try (var house = new ApplicationHouse(this)) {
            house.work(1, job -> {
                throw new PermanentFailureException(job.request().key(), "no such year");
            });
            BatchRequest request = BatchRequest.of("/wrong").build();
            house.manager.submit(request);

            house.awaitStatus(request.key(), BatchStatus.Status.FAILED);
            assertThat(house.manager.status(request.key()).attempts()).isEqualTo(1);
            assertThat(house.manager.status(request.key()).failure()).contains(Failure.permanent("no such year"));
        }
    }

    @Test
    default void W07_what_a_stream_of_the_cache_refuses_is_told_in_the_words_of_the_cache() {
        try (var house = new ApplicationHouse(this)) {
            String told = "no room for the result of 'x'; make some";
            house.work(1, job -> {
                throw new IOException("wrapped", new CacheException(told, true));
            });
            BatchRequest request = BatchRequest.of("/large").build();
            house.manager.submit(request);

            await().until(() -> house.manager.status(request.key()).hold().isPresent());
            assertThat(house.manager.status(request.key()).hold().orElseThrow().reason())
                    .isEqualTo(told);
        }
    }

    @Test
    default void W05_a_retryable_failure_is_tried_again_until_the_attempts_are_spent() {
        try (var house = new ApplicationHouse(this)) {
            house.work(1, job -> {
                throw new IOException("attempt " + job.lease().attempt());
            });
            BatchRequest request = BatchRequest.of("/flaky").build();
            house.manager.submit(request);
            for (int attempt = 1; attempt < 3; attempt++) {
                String message = "attempt " + attempt;
                await().until(() -> house.manager.status(request.key()).failure().stream()
                        .anyMatch(failure -> failure.message().contains(message)));
                house.queueFixture.advance(Duration.ofHours(1));
                // A waiting worker looks again at the latest when there is something new.
                house.manager.submit(BatchRequest.of("/nudge" + attempt).build());
            }

            house.awaitStatus(request.key(), BatchStatus.Status.FAILED);
            assertThat(house.manager.status(request.key()).attempts()).isEqualTo(3);
        }
    }

    @Test
    default void W06_listeners_are_told_of_each_submission_and_attempt() {
        try (var house = new ApplicationHouse(this)) {
            RecordingListener heard = new RecordingListener();
            var manager = house.manager(heard);
            BatchRequest waiting = BatchRequest.of("/waiting").build();
            manager.submit(waiting);
            manager.submit(waiting);
            house.queueFixture.advance(Duration.ofMinutes(2));
            house.work(
                    house.options(1, Duration.ofSeconds(20)),
                    job -> {
                        switch (job.request().requestUri()) {
                            case "/again" -> throw new IOException("not yet");
                            case "/wrong" ->
                                throw new PermanentFailureException(
                                        job.request().key(), "no such year");
                            default -> house.write(job, "done");
                        }
                    },
                    heard);
            house.awaitStatus(waiting.key(), BatchStatus.Status.COMPLETED);
            manager.submit(waiting);
            manager.submit(BatchRequest.of("/again").build());
            manager.submit(BatchRequest.of("/wrong").build());

            await().untilAsserted(() -> assertThat(heard.events())
                    .containsExactlyInAnyOrder(
                            "QUEUED /waiting",
                            "JOINED /waiting",
                            "began /waiting 1 after PT2M",
                            "completed /waiting 4 bytes",
                            "CACHED /waiting",
                            "QUEUED /again",
                            "began /again 1 after PT0S",
                            "failed /again, goes on",
                            "QUEUED /wrong",
                            "began /wrong 1 after PT0S",
                            "failed /wrong"));
        }
    }

    @Test
    default void W06_a_listener_learns_why_an_attempt_does_not_count() {
        try (var house = new ApplicationHouse(this)) {
            RecordingListener heard = new RecordingListener();
            var worker = house.work(house.options(1, Duration.ZERO), job -> new CountDownLatch(1).await(), heard);
            BatchRequest cancelled = BatchRequest.of("/cancelled").build();
            house.manager.submit(cancelled);
            house.awaitStatus(cancelled.key(), BatchStatus.Status.IN_PROGRESS);
            house.manager.cancel(cancelled.key());
            await().untilAsserted(() -> assertThat(heard.events()).contains("lost /cancelled CANCELLED"));
            BatchRequest stopped = BatchRequest.of("/stopped").build();
            house.manager.submit(stopped);
            house.awaitStatus(stopped.key(), BatchStatus.Status.IN_PROGRESS);
            worker.close();

            assertThat(heard.events()).contains("given back /stopped STOPPING");
        }
    }

    @Test
    default void W06_a_listener_that_fails_harms_nothing() {
        try (var house = new ApplicationHouse(this)) {
            RequestListener failing = new RequestListener() {
                @Override
                public void submitted(Submitted submitted) {
                    ApplicationHouse.sneakyThrow(new IOException("planted"));
                }

                @Override
                public void attemptBegan(LeasedRequest leased, Duration waited) {
                    throw new UncheckedIOException(new IOException("planted"));
                }

                @Override
                public void attemptEnded(LeasedRequest leased, AttemptOutcome outcome, Duration took) {
                    throw new AssertionError("planted");
                }
            };
            RecordingListener heard = new RecordingListener();
            var manager = house.manager(failing, heard);
            house.work(house.options(1, Duration.ofSeconds(20)), job -> house.write(job, "done"), failing, heard);
            BatchRequest request = BatchRequest.of("/done").build();
            manager.submit(request);

            house.awaitStatus(request.key(), BatchStatus.Status.COMPLETED);
            await().untilAsserted(() -> assertThat(heard.events()).hasSize(3));
        }
    }

    @Test
    default void Q02_a_request_that_becomes_sticky_while_it_runs_ends_in_the_persistent_area() {
        try (var house = new ApplicationHouse(this)) {
            CountDownLatch goOn = new CountDownLatch(1);
            BatchRequest request = BatchRequest.of("/report").build();
            house.manager.submit(request);
            house.work(1, job -> {
                goOn.await();
                house.write(job, "kept");
            });
            house.awaitStatus(request.key(), BatchStatus.Status.IN_PROGRESS);
            house.manager.submit(BatchRequest.of("/report").sticky().build());
            goOn.countDown();

            house.awaitStatus(request.key(), BatchStatus.Status.COMPLETED);
            await().until(() -> house.cache.find(request.key()).stream()
                    .allMatch(found -> found.manifest().request().sticky()));
            house.cache.purge(Purge.ROUTINE);
            assertThat(house.read(request.key())).isEqualTo("kept");
        }
    }

    @Test
    default void C07_a_result_begun_before_a_rebuild_is_run_again_on_the_new_data() {
        try (var house = new ApplicationHouse(this)) {
            AtomicInteger runs = new AtomicInteger();
            BatchRequest request = BatchRequest.of("/report").build();
            house.manager.submit(request);
            house.work(1, job -> {
                int run = runs.incrementAndGet();
                house.write(job, "run " + run);
                if (run == 1) {
                    house.cache.purge(Purge.REBUILD);
                }
            });

            house.awaitStatus(request.key(), BatchStatus.Status.COMPLETED);
            assertThat(house.read(request.key())).isEqualTo("run 2");
            assertThat(house.manager.status(request.key()).attempts()).isEqualTo(1);
        }
    }
}
