package org.armlib.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueFullException;
import org.armlib.tck.MutableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MemQueueManagerTest {
    private static final WorkerId WORKER = new WorkerId("worker-1");
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Instant START = Instant.parse("2024-02-29T12:00:00Z");

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void finished_records_stay_bounded_without_anybody_pruning() throws InterruptedException {
        MutableClock clock = MutableClock.at(START);
        MemQueueManager queue = new MemQueueManager(RetryPolicy.DEFAULT, Duration.ofSeconds(10), clock);

        for (int i = 0; i < 1_000; i++) {
            runOne(queue, i);
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(queue.overview().count(Phase.COMPLETED)).isEqualTo(11);
        assertThat(queue.find(request(985).key())).isEmpty();
        assertThat(queue.find(request(999).key())).isPresent();
    }

    @Test
    void finished_records_make_room_for_new_requests_and_waiting_ones_do_not() throws InterruptedException {
        MutableClock clock = MutableClock.at(START);
        MemQueueManager queue = new MemQueueManager(RetryPolicy.DEFAULT, LONG, 12_000, clock);
        for (int i = 0; i < 50; i++) {
            runOne(queue, i);
        }
        assertThat(queue.find(request(0).key())).isEmpty();
        assertThat(queue.find(request(49).key())).isPresent();

        AtomicInteger submitted = new AtomicInteger();
        Throwable refusal = catchThrowable(() -> {
            while (submitted.get() < 50) {
                queue.submit(request(100 + submitted.get()));
                submitted.incrementAndGet();
            }
        });

        int waiting = submitted.get();
        assertThat(refusal)
                .isInstanceOfSatisfying(
                        QueueFullException.class, e -> assertThat(e.retryable()).isTrue())
                .hasMessageContaining("12000 are allowed");
        assertThat(waiting).isBetween(5, 11);
        assertThat(queue.overview().count(Phase.PENDING)).isEqualTo(waiting);
        assertThat(queue.submit(request(100)).outcome()).isEqualTo(Enqueued.Outcome.JOINED);
    }

    @Test
    void what_has_piled_up_is_worked_off_as_requests_finish() throws InterruptedException {
        MutableClock clock = MutableClock.at(START);
        MemQueueManager queue = new MemQueueManager(RetryPolicy.DEFAULT, Duration.ofSeconds(10), clock);
        for (int i = 0; i < 100; i++) {
            runOne(queue, i);
        }
        clock.advance(LONG);

        for (int i = 100; i < 150; i++) {
            runOne(queue, i);
        }

        assertThat(queue.overview().count(Phase.COMPLETED)).isEqualTo(50);
    }

    @Test
    void finished_records_go_by_age_whatever_way_they_ended() throws InterruptedException {
        MutableClock clock = MutableClock.at(START);
        MemQueueManager queue = new MemQueueManager(clock);
        runOne(queue, 1);
        clock.advance(Duration.ofSeconds(1));
        queue.submit(request(2));
        queue.cancel(request(2).key());
        clock.advance(Duration.ofSeconds(1));
        queue.submit(request(3));
        queue.fail(queue.lease(WORKER, 1, Duration.ZERO).get(0).lease(), Failure.permanent("no"));
        clock.advance(Duration.ofSeconds(1));

        assertThat(queue.prune(Duration.ZERO, 1)).isEqualTo(1);
        assertThat(queue.find(request(1).key())).isEmpty();
        assertThat(queue.prune(Duration.ofSeconds(1), 10)).isEqualTo(1);
        assertThat(queue.find(request(2).key())).isEmpty();
        assertThat(queue.find(request(3).key())).isPresent();
    }

    @Test
    void a_record_submitted_anew_is_not_dropped_at_the_age_of_its_former_end() throws InterruptedException {
        MutableClock clock = MutableClock.at(START);
        MemQueueManager queue = new MemQueueManager(clock);
        queue.submit(request(1));
        queue.cancel(request(1).key());
        queue.submit(request(1));
        clock.advance(LONG);

        assertThat(queue.prune(Duration.ZERO, 10)).isZero();
        assertThat(queue.lease(WORKER, 1, Duration.ZERO)).hasSize(1);
    }

    @Test
    void the_submission_of_a_key_that_was_forgotten_orders_after_the_one_it_supersedes() {
        MemQueueManager queue = new MemQueueManager(MutableClock.at(START));
        SubmissionId later = new SubmissionId(START.plus(LONG).toEpochMilli(), 7);

        SubmissionId id = queue.resubmit(request(1), later).submission().id();

        assertThat(id).isGreaterThan(later);
    }

    @Test
    void a_waiting_worker_wakes_when_a_backoff_ends() throws Exception {
        MemQueueManager queue = queue(new RetryPolicy(3, Backoff.fixed(Duration.ofMillis(300)), LONG));
        queue.submit(request(1));
        LeasedRequest first = queue.lease(WORKER, 1, Duration.ZERO).get(0);
        Future<List<LeasedRequest>> waiting = inBackground(() -> queue.lease(WORKER, 1, LONG));
        queue.fail(first.lease(), Failure.retryable("not yet"));

        List<LeasedRequest> second = waiting.get();

        assertThat(second)
                .singleElement()
                .satisfies(leased -> assertThat(leased.lease().attempt()).isEqualTo(2));
    }

    @Test
    void a_waiting_worker_wakes_when_a_lease_runs_out() throws Exception {
        MemQueueManager queue = queue(new RetryPolicy(3, Backoff.DEFAULT, Duration.ofMillis(300)));
        List<Future<List<LeasedRequest>>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(inBackground(() -> queue.lease(WORKER, 1, LONG)));
        }
        queue.submit(request(1));

        for (Future<List<LeasedRequest>> one : waiting) {
            assertThat(one.get()).hasSize(1);
        }
        assertThat(queue.find(request(1).key()))
                .hasValueSatisfying(
                        found -> assertThat(found.state().attempts()).isEqualTo(3));
    }

    @Test
    void waiting_workers_do_not_poll() throws Exception {
        CountingClock clock = new CountingClock();
        MemQueueManager queue = new MemQueueManager(RetryPolicy.DEFAULT, LONG, clock);
        queue.submit(request(1));
        LeasedRequest running = queue.lease(WORKER, 1, Duration.ZERO).get(0);
        List<Future<List<LeasedRequest>>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(inBackground(() -> queue.lease(WORKER, 1, Duration.ofMillis(500))));
        }

        for (Future<List<LeasedRequest>> one : waiting) {
            assertThat(one.get()).isEmpty();
        }

        // Each worker looks when it comes, when its time is up, and once when it takes over the watch; a lease that
        // is not about to run out wakes nobody.
        assertThat(clock.readings()).isLessThan(2 + 4 * 6);
        assertThat(queue.renew(running.lease()).lease().isSameAs(running.lease()))
                .isTrue();
    }

    @Test
    void no_wake_up_is_lost_under_contention_and_interruption() throws Exception {
        MemQueueManager queue = queue(RetryPolicy.DEFAULT);
        int workers = 6;
        int requests = 20_000;
        Set<RequestKey> done = ConcurrentHashMap.newKeySet();
        AtomicInteger twice = new AtomicInteger();
        List<Thread> running = new ArrayList<>();
        Runnable worker = () -> {
            while (done.size() < requests) {
                try {
                    for (LeasedRequest leased : queue.lease(WORKER, 2, LONG)) {
                        queue.complete(leased.lease());
                        if (!done.add(leased.lease().key())) {
                            twice.incrementAndGet();
                        }
                    }
                } catch (InterruptedException e) {
                    // Being called away at any moment is what this tests; the worker comes back for more.
                    Thread.onSpinWait();
                } catch (QueueException e) {
                    return;
                }
            }
        };
        for (int i = 0; i < workers; i++) {
            Thread thread = new Thread(worker, "worker-" + i);
            thread.start();
            running.add(thread);
        }
        for (int i = 0; i < requests; i++) {
            queue.submit(request(i));
            if (i % 7 == 0 && i < requests - 100) {
                running.get(i % workers).interrupt();
            }
        }

        await().atMost(Duration.ofMinutes(1)).until(() -> done.size() == requests);
        assertThat(twice).hasValue(0);
        queue.close();
        for (Thread thread : running) {
            thread.join();
        }
    }

    @Test
    void an_interrupted_worker_stops_waiting_and_another_takes_the_watch() throws Exception {
        MemQueueManager queue = queue(new RetryPolicy(3, Backoff.DEFAULT, Duration.ofMillis(500)));
        queue.submit(request(1));
        queue.lease(WORKER, 1, Duration.ZERO);
        Future<List<LeasedRequest>> watcher = inBackground(() -> queue.lease(WORKER, 1, LONG));
        Future<List<LeasedRequest>> follower = inBackground(() -> queue.lease(WORKER, 1, LONG));

        watcher.cancel(true);

        assertThat(follower.get()).hasSize(1);
    }

    @Test
    void closing_ends_the_calls_under_way_and_refuses_later_ones() throws Exception {
        MemQueueManager queue = queue(RetryPolicy.DEFAULT);
        Future<Throwable> waiting = threads.submit(() -> catchThrowable(() -> queue.lease(WORKER, 1, LONG)));
        await().until(() -> queue.overview().workers() == 1);

        queue.close();

        assertThat(waiting.get()).isInstanceOf(QueueException.class);
        assertThatThrownBy(() -> queue.find(request(1).key())).isInstanceOf(QueueException.class);
    }

    @Test
    void a_cursor_of_another_list_is_refused() {
        MemQueueManager queue = new MemQueueManager(MutableClock.at(START));
        queue.submit(request(1));
        queue.submit(request(2));
        Optional<String> cursor = queue.list(Phase.PENDING, Optional.empty(), 1).next();

        assertThat(queue.list(Phase.PENDING, cursor, 1).items()).hasSize(1);
        assertThatThrownBy(() -> queue.list(Phase.FAILED, cursor, 1)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> queue.list(Phase.PENDING, Optional.of("Pending_1_9999999999999999999"), 1))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void a_negative_retention_is_refused() {
        assertThatThrownBy(
                        () -> new MemQueueManager(RetryPolicy.DEFAULT, Duration.ofSeconds(-1), MutableClock.at(START)))
                .isInstanceOf(InvalidRequestException.class);
    }

    private static MemQueueManager queue(RetryPolicy policy) {
        return new MemQueueManager(policy, LONG, Clock.systemUTC());
    }

    private static BatchRequest request(int number) {
        return BatchRequest.of("/report")
                .key(new RequestKey("report-" + number))
                .build();
    }

    private static void runOne(MemQueueManager queue, int number) throws InterruptedException {
        queue.submit(request(number));
        queue.complete(queue.lease(WORKER, 1, Duration.ZERO).get(0).lease());
    }

    /** Runs {@code call} in a thread of its own, and returns once that sleeps in it. */
    private <T> Future<T> inBackground(Callable<T> call) {
        Thread[] thread = new Thread[1];
        Future<T> future = threads.submit(() -> {
            thread[0] = Thread.currentThread();
            return call.call();
        });
        await().until(() ->
                thread[0] != null && (thread[0].getState() == Thread.State.TIMED_WAITING || future.isDone()));
        return future;
    }

    /** The system's clock, which counts how often it is read. */
    private static final class CountingClock extends Clock {
        private final AtomicInteger readings = new AtomicInteger();

        int readings() {
            return readings.get();
        }

        @Override
        public Instant instant() {
            readings.incrementAndGet();
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
