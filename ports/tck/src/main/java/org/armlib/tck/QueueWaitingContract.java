package org.armlib.tck;

import static org.armlib.tck.QueueSamples.OTHER_WORKER;
import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.assertNothingToLease;
import static org.armlib.tck.QueueSamples.keysOf;
import static org.armlib.tck.QueueSamples.leaseOne;
import static org.armlib.tck.QueueSamples.phase;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.requests;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** Waiting for work (Q12), and the suspension of leasing (Q15). */
public interface QueueWaitingContract extends QueueMaker {
    /** Often within one statement of a database. */
    long INTERRUPTED_EVERY_NANOS = 20_000;

    @Test
    default void Q12_a_look_at_an_empty_queue_returns_at_once() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            assertThat(fixture.open().lease(WORKER, 5, Duration.ZERO)).isEmpty();
        }
    }

    @Test
    default void Q12_a_wait_for_nothing_ends_by_the_time_that_passes_for_the_caller() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            List<List<LeasedRequest>> answers = Race.run(2, i -> () -> queue.lease(WORKER, 5, Duration.ofMillis(50)));

            assertThat(answers).containsExactly(List.of(), List.of());
        }
    }

    @Test
    default void Q12_what_is_there_is_given_without_waiting_for_more() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));

            try (BlockedLease lease = BlockedLease.begin(queue, WORKER)) {
                assertThat(keysIn(lease.result())).containsExactly(new RequestKey("a"));
            }
        }
    }

    private static List<RequestKey> keysIn(List<LeasedRequest> leased) {
        return leased.stream().map(one -> one.lease().key()).toList();
    }

    @Test
    default void Q12_a_submit_wakes_a_waiting_worker() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            try (BlockedLease lease = BlockedLease.start(queue, WORKER)) {

                queue.submit(request("a"));

                assertThat(keysIn(lease.result())).containsExactly(new RequestKey("a"));
            }
        }
    }

    @Test
    default void Q12_a_resubmit_wakes_a_waiting_worker() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission done = queue.complete(submitAndLease(queue, request("a")).lease());
            try (BlockedLease lease = BlockedLease.start(queue, WORKER)) {

                queue.resubmit(request("a"), done.id());

                assertThat(keysIn(lease.result())).containsExactly(new RequestKey("a"));
            }
        }
    }

    @Test
    default void Q12_a_release_wakes_a_waiting_worker() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease first = submitAndLease(queue, request("a")).lease();
            try (BlockedLease lease = BlockedLease.start(queue, OTHER_WORKER)) {

                queue.release(first);

                assertThat(keysIn(lease.result())).containsExactly(new RequestKey("a"));
            }
        }
    }

    @Test
    default void Q12_a_failure_to_be_tried_again_at_once_wakes_a_waiting_worker() throws InterruptedException {
        RetryPolicy atOnce = new RetryPolicy(3, Backoff.fixed(Duration.ZERO), VISIBILITY);
        try (QueueFixture fixture = newQueue(atOnce)) {
            QueueManager queue = fixture.open();
            Lease first = submitAndLease(queue, request("a")).lease();
            try (BlockedLease lease = BlockedLease.start(queue, OTHER_WORKER)) {

                queue.fail(first, Failure.retryable("once more"));

                assertThat(keysIn(lease.result())).containsExactly(new RequestKey("a"));
            }
        }
    }

    @Test
    default void Q12_as_many_workers_wake_as_there_is_work() throws InterruptedException {
        List<BatchRequest> requests = requests("r", 8);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            List<BlockedLease> waiting = new ArrayList<>();
            try {
                requests.forEach(request -> waiting.add(BlockedLease.start(queue, WORKER)));

                requests.forEach(queue::submit);

                List<RequestKey> leased = new ArrayList<>();
                for (BlockedLease lease : waiting) {
                    leased.addAll(keysIn(lease.result()));
                }
                assertThat(leased).containsExactlyInAnyOrderElementsOf(keysOf(requests));
            } finally {
                waiting.forEach(BlockedLease::close);
            }
        }
    }

    @Test
    default void Q12_interruption_ends_a_wait_at_once_and_leases_nothing() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            try (BlockedLease lease = BlockedLease.start(queue, WORKER)) {
                lease.interrupt();
                assertThat(lease.failure()).isInstanceOf(InterruptedException.class);
            }

            queue.submit(request("a"));
            assertThat(leaseOne(queue).lease().attempt()).isEqualTo(1);
        }
    }

    @Test
    default void Q12_a_thread_that_is_interrupted_leases_nothing_whether_it_waits_or_looks()
            throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));
            for (Duration wait : List.of(Duration.ZERO, Duration.ofMinutes(1))) {
                Thread.currentThread().interrupt();
                try {
                    assertThatThrownBy(() -> queue.lease(WORKER, 1, wait))
                            .as("wait of " + wait)
                            .isInstanceOf(InterruptedException.class);
                } finally {
                    Thread.interrupted();
                }
            }
            assertThat(leaseOne(queue).lease().attempt()).isEqualTo(1);
        }
    }

    @Test
    default void Q12_a_wait_interrupted_as_work_comes_leases_it_or_leaves_it() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            for (int round = 0; round < 50; round++) {
                BatchRequest request = request("r-" + round);
                try (BlockedLease lease = BlockedLease.start(queue, WORKER)) {
                    if (round % 2 == 0) {
                        lease.interrupt();
                        queue.submit(request);
                    } else {
                        queue.submit(request);
                        lease.interrupt();
                    }

                    boolean leased = lease.endsWithWork();

                    assertThat(phase(queue, request)).isEqualTo(leased ? Phase.IN_PROGRESS : Phase.PENDING);
                    queue.cancel(request.key());
                }
            }
        }
    }

    @Test
    default void Q12_what_does_not_wait_for_work_is_done_although_its_thread_is_interrupted()
            throws InterruptedException {
        List<BatchRequest> requests = requests("r", 30);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            interruptedAgainAndAgain(requests, queue::submit);
            List<Lease> leases = queue.lease(WORKER, requests.size(), Duration.ZERO).stream()
                    .map(LeasedRequest::lease)
                    .toList();
            interruptedAgainAndAgain(leases, queue::renew);
            interruptedAgainAndAgain(leases, queue::complete);

            assertThat(requests).allSatisfy(one -> assertThat(phase(queue, one)).isEqualTo(Phase.COMPLETED));
        }
    }

    /** Makes calls in a thread that is interrupted before and, perhaps, within each of them. */
    private static <T> void interruptedAgainAndAgain(List<T> arguments, Consumer<T> call) throws InterruptedException {
        AtomicReference<Throwable> problem = new AtomicReference<>();
        Thread caller = new Thread(() -> arguments.forEach(argument -> {
            Thread.currentThread().interrupt();
            call.accept(argument);
            assertThat(Thread.currentThread().isInterrupted())
                    .as("whether the thread still knows that it was interrupted")
                    .isTrue();
        }));
        caller.setUncaughtExceptionHandler((thread, thrown) -> problem.set(thrown));
        caller.start();
        while (caller.isAlive()) {
            caller.interrupt();
            LockSupport.parkNanos(INTERRUPTED_EVERY_NANOS);
        }
        assertThat(problem.get()).isNull();
    }

    @Test
    default void Q15_a_suspended_queue_leases_nothing_to_any_instance() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            QueueManager other = fixture.open();
            queue.submit(request("a"));
            Lease expired = leaseOne(queue).lease();
            queue.submit(request("b"));
            fixture.advance(VISIBILITY.multipliedBy(2));

            queue.suspend();

            assertThat(other.overview().suspended()).isTrue();
            assertNothingToLease(other);
            assertNothingToLease(fixture.open());
            assertThat(queue.lease(WORKER, 1, Duration.ofMillis(50))).isEmpty();

            other.resume();

            assertThat(queue.overview().suspended()).isFalse();
            assertThat(QueueSamples.leaseAll(queue)).containsExactlyInAnyOrder(expired.key(), new RequestKey("b"));
        }
    }

    @Test
    default void Q15_suspending_or_resuming_twice_is_once() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));

            queue.suspend();
            queue.suspend();
            queue.resume();

            assertThat(queue.overview().suspended()).isFalse();
            leaseOne(queue);
            queue.resume();
            assertThat(queue.overview().suspended()).isFalse();
        }
    }

    @Test
    default void Q15_work_in_progress_goes_on_while_suspended() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease first = submitAndLease(queue, request("a")).lease();
            Lease second = submitAndLease(queue, request("b")).lease();

            queue.suspend();

            queue.renew(first);
            assertThat(queue.complete(first).phase()).isEqualTo(Phase.COMPLETED);
            assertThat(queue.fail(second, Failure.permanent("no")).phase()).isEqualTo(Phase.FAILED);
            assertThat(queue.submit(request("c")).submission().phase()).isEqualTo(Phase.PENDING);
        }
    }

    @Test
    default void Q15_a_worker_that_waits_gets_nothing_while_suspended_and_work_when_resumed()
            throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            try (BlockedLease lease = BlockedLease.start(queue, WORKER)) {
                queue.suspend();
                queue.submit(request("a"));
                await("the request to be left alone while the queue is suspended")
                        .during(Duration.ofMillis(300))
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> phase(queue, request("a")) == Phase.PENDING);

                queue.resume();

                // The port lets the call end with nothing as the queue is suspended; a worker asks again then.
                List<RequestKey> leased = keysIn(lease.result());
                if (leased.isEmpty()) {
                    leased = keysIn(List.of(leaseOne(queue)));
                }
                assertThat(leased).containsExactly(new RequestKey("a"));
            }
        }
    }

    @Test
    default void Q15_resuming_wakes_all_who_wait() throws InterruptedException {
        List<BatchRequest> requests = requests("r", 4);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.suspend();
            requests.forEach(queue::submit);
            List<BlockedLease> waiting = Stream.generate(() -> BlockedLease.start(queue, WORKER))
                    .limit(requests.size())
                    .toList();
            try {
                queue.resume();

                List<RequestKey> leased = new ArrayList<>();
                for (BlockedLease lease : waiting) {
                    leased.addAll(keysIn(lease.result()));
                }
                leased.addAll(QueueSamples.leaseAll(queue));
                assertThat(leased).containsExactlyInAnyOrderElementsOf(keysOf(requests));
            } finally {
                waiting.forEach(BlockedLease::close);
            }
        }
    }
}
