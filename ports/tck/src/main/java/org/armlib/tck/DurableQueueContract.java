package org.armlib.tck;

import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.assertNothingToLease;
import static org.armlib.tck.QueueSamples.keysOf;
import static org.armlib.tck.QueueSamples.newRequest;
import static org.armlib.tck.QueueSamples.phase;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.requests;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueuePosition;
import org.junit.jupiter.api.Test;

/** The rules of a queue that outlives the processes that use it. */
public interface DurableQueueContract extends QueueContract {

    /** A new queue, empty, that follows {@code policy}. */
    @Override
    DurableQueueFixture newQueue(RetryPolicy policy);

    @Test
    default void Q01_requests_in_every_state_survive_a_restart() throws InterruptedException {
        BatchRequest full = newRequest("full")
                .parameters(QueueSamples.awkwardParameters())
                .estimatedTime(Duration.ofMillis(1_234))
                .sticky()
                .build();
        try (DurableQueueFixture fixture = newQueue(POLICY)) {
            Optional<Submission> cancelled;
            Submission completed;
            Submission failed;
            Submission waiting;
            Submission held;
            Submission pending;
            Lease running;
            try (QueueManager queue = fixture.open()) {
                queue.submit(request("cancelled"));
                cancelled = queue.cancel(new RequestKey("cancelled"));
                completed = queue.complete(
                        submitAndLease(queue, request("completed")).lease());
                failed = queue.fail(submitAndLease(queue, request("failed")).lease(), Failure.permanent("no"));
                waiting = queue.fail(submitAndLease(queue, request("waiting")).lease(), Failure.retryable("later"));
                held = queue.hold(
                        submitAndLease(queue, request("held")).lease(), Hold.Cause.CACHE, "disk full", VISIBILITY);
                running = submitAndLease(queue, request("running")).lease();
                pending = queue.submit(full).submission();
            }

            try (QueueManager queue = fixture.open()) {
                assertThat(queue.find(new RequestKey("cancelled"))).isEqualTo(cancelled);
                for (Submission before : List.of(completed, failed, waiting, held, pending)) {
                    assertThat(queue.find(before.key())).contains(before);
                }
                QueueSamples.assertSame(queue.find(full.key()).orElseThrow().request(), full);
                assertThat(queue.complete(running).phase()).isEqualTo(Phase.COMPLETED);
                assertThat(queue.position(waiting.key())).contains(QueuePosition.exact(1));
                assertThat(queue.position(full.key())).contains(QueuePosition.exact(3));
            }
        }
    }

    @Test
    default void Q04_the_order_survives_a_restart() throws InterruptedException {
        try (DurableQueueFixture fixture = newQueue(POLICY)) {
            try (QueueManager queue = fixture.open()) {
                requests("first", 20).forEach(queue::submit);
            }
            try (QueueManager queue = fixture.open()) {
                requests("second", 20).forEach(queue::submit);
                queue.submit(newRequest("urgent").priority(1).build());
            }

            List<RequestKey> leased = QueueSamples.leaseAll(fixture.open());

            assertThat(leased).startsWith(new RequestKey("urgent"));
            assertThat(leased.subList(1, 21)).isEqualTo(keysOf(requests("first", 20)));
            assertThat(leased.subList(21, 41)).isEqualTo(keysOf(requests("second", 20)));
        }
    }

    @Test
    default void Q15_a_suspended_queue_is_suspended_after_a_restart() throws InterruptedException {
        try (DurableQueueFixture fixture = newQueue(POLICY)) {
            try (QueueManager queue = fixture.open()) {
                queue.submit(request("a"));
                queue.suspend();
            }

            QueueManager queue = fixture.open();
            assertThat(queue.overview().suspended()).isTrue();
            assertNothingToLease(queue);
        }
    }

    @Test
    default void Q01_a_request_once_accepted_survives_the_death_of_the_process() throws InterruptedException {
        try (DurableQueueFixture fixture = newQueue(POLICY);
                ChildJvm child = QueueChild.start(fixture, QueueChild.Work.SUBMIT)) {
            child.awaitLines(20);
            child.kill();

            QueueManager queue = fixture.open();
            assertThat(child.lines())
                    .allSatisfy(key -> assertThat(phase(queue, request(key))).isEqualTo(Phase.PENDING));
            assertThat(QueueSamples.leaseAll(queue))
                    .hasSizeGreaterThanOrEqualTo(child.lines().size());
        }
    }

    @Test
    default void Q06_the_requests_of_a_dead_process_are_leased_again() throws InterruptedException {
        List<BatchRequest> requests = requests("r", 20);
        try (DurableQueueFixture fixture = newQueue(POLICY)) {
            try (QueueManager queue = fixture.open()) {
                requests.forEach(queue::submit);
            }
            try (ChildJvm child = QueueChild.start(fixture, QueueChild.Work.HOLD)) {
                child.awaitLines(20);
                child.kill();
            }
            QueueManager queue = fixture.open();
            assertNothingToLease(queue);

            fixture.advance(VISIBILITY.multipliedBy(2));

            List<LeasedRequest> leased = queue.lease(QueueSamples.OTHER_WORKER, 100, Duration.ZERO);
            assertThat(leased.stream().map(one -> one.lease().key()))
                    .containsExactlyInAnyOrderElementsOf(keysOf(requests));
            assertThat(leased)
                    .allSatisfy(one -> assertThat(one.lease().attempt()).isEqualTo(2));
        }
    }

    @Test
    default void Q05_a_completion_once_reported_survives_the_death_of_the_process() throws InterruptedException {
        try (DurableQueueFixture fixture = newQueue(POLICY);
                ChildJvm child = QueueChild.start(fixture, QueueChild.Work.COMPLETE)) {
            child.awaitLines(20);
            child.kill();

            QueueManager queue = fixture.open();
            assertThat(child.lines())
                    .allSatisfy(key -> assertThat(phase(queue, request(key))).isEqualTo(Phase.COMPLETED));
            fixture.advance(VISIBILITY.multipliedBy(2));
            assertThat(QueueSamples.leaseAll(queue)).hasSizeLessThanOrEqualTo(1);
        }
    }
}
