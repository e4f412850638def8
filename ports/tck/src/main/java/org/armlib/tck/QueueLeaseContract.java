package org.armlib.tck;

import static org.armlib.tck.QueueSamples.OTHER_WORKER;
import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.assertNothingToLease;
import static org.armlib.tck.QueueSamples.found;
import static org.armlib.tck.QueueSamples.keysOf;
import static org.armlib.tck.QueueSamples.leaseOne;
import static org.armlib.tck.QueueSamples.newRequest;
import static org.armlib.tck.QueueSamples.phase;
import static org.armlib.tck.QueueSamples.refusal;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.requests;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Completed;
import org.armlib.domain.Failure;
import org.armlib.domain.InProgress;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.StaleLeaseException.Reason;
import org.armlib.domain.Submission;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** One worker at a time: leasing (Q03, Q05, Q08), the refusal of stale leases (Q05, Q16), repeated calls (Q17). */
public interface QueueLeaseContract extends QueueMaker {

    @Test
    default void Q03_one_request_is_leased_to_one_worker() throws InterruptedException {
        List<BatchRequest> requests = requests("r", RaceSize.of(2_000));
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            requests.forEach(queue::submit);

            List<List<LeasedRequest>> leased = Race.run(8, i -> {
                QueueManager instance = fixture.open();
                return () -> leaseInBatches(instance, 1 + i % 4);
            });

            assertThat(leased.stream()
                            .flatMap(Collection::stream)
                            .map(one -> one.lease().key()))
                    .containsExactlyInAnyOrderElementsOf(keysOf(requests));
        }
    }

    private static List<LeasedRequest> leaseInBatches(QueueManager queue, int max) throws InterruptedException {
        List<LeasedRequest> mine = new ArrayList<>();
        List<LeasedRequest> batch = queue.lease(WORKER, max, Duration.ZERO);
        while (!batch.isEmpty()) {
            assertThat(batch).hasSizeLessThanOrEqualTo(max);
            mine.addAll(batch);
            batch = queue.lease(WORKER, max, Duration.ZERO);
        }
        return mine;
    }

    @Test
    default void Q03_each_request_is_worked_on_once_while_others_are_submitted() throws InterruptedException {
        int submitters = 4;
        int each = RaceSize.of(250);
        try (QueueFixture fixture = newQueue(POLICY)) {
            List<List<RequestKey>> done = Race.run(2 * submitters, i -> {
                QueueManager queue = fixture.open();
                return () -> {
                    List<RequestKey> mine = new ArrayList<>();
                    if (i < submitters) {
                        requests("r-" + i, each).forEach(queue::submit);
                    }
                    for (LeasedRequest one : leaseInBatches(queue, 2)) {
                        queue.complete(one.lease());
                        mine.add(one.lease().key());
                    }
                    return mine;
                };
            });
            QueueManager queue = fixture.open();
            List<RequestKey> rest = QueueSamples.leaseAll(queue);

            assertThat(Stream.concat(done.stream().flatMap(Collection::stream), rest.stream()))
                    .doesNotHaveDuplicates()
                    .hasSize(submitters * each);
        }
    }

    @Test
    default void Q03_an_expired_lease_is_taken_over_by_one_worker() throws InterruptedException {
        int count = RaceSize.of(400);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            requests("r", count).forEach(queue::submit);
            assertThat(leaseInBatches(queue, 50)).hasSize(count);
            fixture.advance(VISIBILITY.multipliedBy(2));

            List<List<LeasedRequest>> leased = Race.run(8, i -> {
                QueueManager instance = fixture.open();
                return () -> leaseInBatches(instance, 1 + i % 4);
            });

            assertThat(leased.stream()
                            .flatMap(Collection::stream)
                            .map(one -> one.lease().key()))
                    .doesNotHaveDuplicates()
                    .hasSize(count);
        }
    }

    @Test
    default void Q05_a_lease_says_what_it_is_for() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission submission = queue.submit(request("a")).submission();

            LeasedRequest leased = leaseOne(queue);

            Lease lease = leased.lease();
            assertThat(lease.key()).isEqualTo(submission.key());
            assertThat(lease.submission()).isEqualTo(submission.id());
            assertThat(lease.worker()).isEqualTo(WORKER);
            assertThat(lease.attempt()).isEqualTo(1);
            assertThat(lease.fence()).isPositive();
            assertThat(lease.expiresAt())
                    .isBetween(
                            submission.submitted().plus(VISIBILITY).minusSeconds(2),
                            submission.submitted().plus(VISIBILITY).plusSeconds(120));
            assertThat(leased.submitted()).isEqualTo(submission.submitted());
            assertThat(found(fixture.open(), request("a")).state())
                    .isInstanceOfSatisfying(InProgress.class, running -> {
                        assertThat(running.lease()).isEqualTo(lease);
                        assertThat(running.progress()).isEqualTo(Progress.NONE);
                    });
        }
    }

    @Test
    default void Q05_tokens_differ() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            requests("r", 100).forEach(queue::submit);

            assertThat(leaseInBatches(queue, 7).stream().map(one -> one.lease().token()))
                    .hasSize(100)
                    .doesNotHaveDuplicates();
        }
    }

    /** Each instance looks at requests that the other is about to take, some of them or all. */
    @Test
    default void Q05_tokens_of_leases_that_two_instances_grant_at_once_differ() throws InterruptedException {
        List<BatchRequest> requests = requests("r", RaceSize.of(200));
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager here = fixture.open();
            QueueManager there = fixture.open();
            here.submitAll(requests);

            List<Callable<List<Lease>>> takers = List.of(() -> leasesOfAll(here, 3), () -> leasesOfAll(there, 7));
            List<Lease> leases = Race.run(takers).stream().flatMap(List::stream).toList();

            assertThat(leases).extracting(Lease::key).containsExactlyInAnyOrderElementsOf(keysOf(requests));
            assertThat(leases).extracting(Lease::token).doesNotHaveDuplicates();
        }
    }

    private static List<Lease> leasesOfAll(QueueManager queue, int max) throws InterruptedException {
        List<Lease> all = new ArrayList<>();
        List<LeasedRequest> leased = queue.lease(WORKER, max, Duration.ofMillis(200));
        while (!leased.isEmpty()) {
            assertThat(leased).hasSizeLessThanOrEqualTo(max);
            leased.forEach(one -> all.add(one.lease()));
            leased = queue.lease(WORKER, max, Duration.ofMillis(200));
        }
        return all;
    }

    @Test
    default void Q05_the_fence_grows_with_each_lease_of_a_key() throws InterruptedException {
        List<Long> fences = new ArrayList<>();
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            Lease released = submitAndLease(queue, request("a")).lease();
            fences.add(released.fence());
            queue.release(released);

            fences.add(leaseOne(queue).lease().fence());
            fixture.advance(VISIBILITY.multipliedBy(2));

            Lease failed = leaseOne(queue).lease();
            fences.add(failed.fence());
            queue.fail(failed, Failure.permanent("no"));

            Lease cancelled = submitAndLease(queue, request("a")).lease();
            fences.add(cancelled.fence());
            queue.cancel(cancelled.key());

            Lease completed = submitAndLease(queue, request("a")).lease();
            fences.add(completed.fence());
            queue.complete(completed);

            queue.resubmit(request("a"), completed.submission());
            fences.add(leaseOne(queue).lease().fence());
        }
        assertThat(fences).isSorted().doesNotHaveDuplicates();
    }

    @Test
    default void Q05_the_fence_grows_across_the_forgetting_of_a_key() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease before = submitAndLease(queue, request("a")).lease();
            queue.complete(before);
            fixture.advance(Duration.ofDays(2));
            assertThat(queue.prune(Duration.ofDays(1), 10)).isEqualTo(1);

            assertThat(submitAndLease(queue, request("a")).lease().fence()).isGreaterThan(before.fence());
        }
    }

    @Test
    default void Q05_complete_ends_a_request() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();

            Submission done = queue.complete(lease);

            assertThat(done.state()).isInstanceOfSatisfying(Completed.class, completed -> {
                assertThat(completed.attempts()).isEqualTo(1);
                assertThat(completed.fence()).isEqualTo(lease.fence());
                assertThat(completed.token()).isEqualTo(lease.token());
                assertThat(completed.finished()).isAfterOrEqualTo(completed.started());
            });
            assertThat(found(fixture.open(), request("a"))).isEqualTo(done);
            fixture.advance(VISIBILITY.multipliedBy(3));
            assertNothingToLease(queue);
        }
    }

    @Test
    default void Q05_progress_is_seen_by_those_who_ask() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();

            queue.progress(lease, new Progress(0.25, "page 1 of 4"));
            queue.progress(lease, new Progress(0.5, "page 2 of 4 \ud83d\ude00"));
            queue.renew(lease);

            assertThat(found(fixture.open(), request("a")).state())
                    .isInstanceOfSatisfying(
                            InProgress.class,
                            running -> assertThat(running.progress())
                                    .isEqualTo(new Progress(0.5, "page 2 of 4 \ud83d\ude00")));
        }
    }

    @Test
    default void Q05_a_lease_that_another_has_taken_over_changes_nothing() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lost = submitAndLease(queue, request("a")).lease();
            fixture.advance(VISIBILITY.multipliedBy(2));
            Lease current = leaseOne(queue, OTHER_WORKER).lease();

            assertRefused(queue, request("a"), lost, Reason.SUPERSEDED);

            assertThat(queue.complete(current).phase()).isEqualTo(Phase.COMPLETED);
            assertRefused(queue, request("a"), lost, Reason.FINISHED);
        }
    }

    @Test
    default void Q05_a_lease_that_was_given_up_changes_nothing() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease released = submitAndLease(queue, request("a")).lease();
            queue.release(released);
            Submission waiting = found(queue, request("a"));

            assertThat(refusal(() -> queue.renew(released))).contains(Reason.SUPERSEDED);
            assertThat(refusal(() -> queue.complete(released))).contains(Reason.SUPERSEDED);
            assertThat(refusal(() -> queue.fail(released, Failure.retryable("no"))))
                    .contains(Reason.SUPERSEDED);

            assertThat(found(queue, request("a"))).isEqualTo(waiting);
            leaseOne(queue, OTHER_WORKER);
            assertRefused(queue, request("a"), released, Reason.SUPERSEDED);
        }
    }

    @Test
    default void Q05_a_lease_of_an_earlier_submission_changes_nothing() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease earlier = submitAndLease(queue, request("a")).lease();
            queue.complete(earlier);
            queue.resubmit(request("a"), earlier.submission());

            assertRefused(queue, request("a"), earlier, Reason.SUPERSEDED);
            leaseOne(queue);
            assertRefused(queue, request("a"), earlier, Reason.SUPERSEDED);
        }
    }

    @Test
    default void Q05_a_lease_of_a_forgotten_request_changes_nothing() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();
            queue.fail(lease, Failure.permanent("no"));
            fixture.advance(Duration.ofDays(2));
            queue.prune(Duration.ofDays(1), 10);

            callsUnder(lease)
                    .forEach((name, call) -> assertThat(refusal(() -> call.accept(queue)))
                            .as(name)
                            .contains(Reason.UNKNOWN));
            assertThat(queue.find(lease.key())).isEmpty();
        }
    }

    private static Map<String, Consumer<QueueManager>> callsUnder(Lease lease) {
        return Map.of(
                "renew", queue -> queue.renew(lease),
                "progress", queue -> queue.progress(lease, new Progress(0.9, "stale")),
                "complete", queue -> queue.complete(lease),
                "fail", queue -> queue.fail(lease, Failure.retryable("stale")),
                "release", queue -> queue.release(lease));
    }

    private static void assertRefused(QueueManager queue, BatchRequest request, Lease stale, Reason reason) {
        Submission before = found(queue, request);
        callsUnder(stale)
                .forEach((name, call) -> assertThatThrownBy(() -> call.accept(queue))
                        .as(name)
                        .isInstanceOfSatisfying(StaleLeaseException.class, e -> {
                            assertThat(e.reason()).as(name).isEqualTo(reason);
                            assertThat(e.key()).contains(request.key());
                        }));
        assertThat(found(queue, request)).isEqualTo(before);
    }

    @Test
    default void Q05_of_a_completion_and_a_take_over_at_once_one_takes_effect() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager loser = fixture.open();
            QueueManager taker = fixture.open();
            for (int round = 0; round < RaceSize.of(200); round++) {
                BatchRequest request = request("r-" + round);
                Lease expired = submitAndLease(loser, request).lease();
                fixture.advance(VISIBILITY.multipliedBy(2));

                List<Boolean> won = Race.run(List.of(
                        () -> refusal(() -> loser.complete(expired)).isEmpty(),
                        () -> !taker.lease(OTHER_WORKER, 1, Duration.ZERO).isEmpty()));

                assertThat(won).as("completed, taken over").containsOnlyOnce(true);
                assertThat(phase(taker, request)).isEqualTo(won.get(0) ? Phase.COMPLETED : Phase.IN_PROGRESS);
                taker.cancel(request.key());
            }
        }
    }

    @Test
    default void Q08_a_lease_renewed_in_time_never_expires() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();

            for (int i = 0; i < 10; i++) {
                fixture.advance(VISIBILITY.dividedBy(2));
                Lease renewed = queue.renew(lease).lease();
                assertThat(renewed.isSameAs(lease)).isTrue();
                assertThat(renewed.expiresAt()).isAfter(lease.expiresAt());
                assertNothingToLease(queue);
                lease = renewed;
            }

            assertThat(queue.complete(lease).state().attempts()).isEqualTo(1);
        }
    }

    @Test
    default void Q08_the_lease_before_a_renewal_is_the_same_lease() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();
            fixture.advance(VISIBILITY.dividedBy(2));
            queue.renew(lease);

            assertThat(queue.complete(lease).phase()).isEqualTo(Phase.COMPLETED);
        }
    }

    @Test
    default void W01_a_lease_lasts_the_visibility_timeout_whatever_the_estimate() throws InterruptedException {
        BatchRequest slow =
                newRequest("a").estimatedTime(BatchRequest.MAX_ESTIMATED_TIME).build();
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, slow).lease();

            fixture.advance(VISIBILITY.dividedBy(2));
            queue.renew(lease);
            fixture.advance(VISIBILITY.dividedBy(2));
            assertNothingToLease(queue);

            fixture.advance(VISIBILITY);
            assertThat(leaseOne(queue).lease().key()).isEqualTo(slow.key());
        }
    }

    @Test
    default void Q16_a_waiting_request_is_cancelled_at_once() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));

            Optional<Submission> cancelled = fixture.open().cancel(new RequestKey("a"));

            assertThat(cancelled.map(Submission::phase)).contains(Phase.CANCELLED);
            assertThat(queue.find(new RequestKey("a"))).isEqualTo(cancelled);
            assertNothingToLease(queue);
        }
    }

    @Test
    default void Q16_a_running_request_is_cancelled_at_once_and_its_worker_is_told() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();

            Optional<Submission> cancelled = fixture.open().cancel(lease.key());

            assertThat(cancelled.map(Submission::phase)).contains(Phase.CANCELLED);
            assertRefused(queue, request("a"), lease, Reason.CANCELLED);
            fixture.advance(VISIBILITY.multipliedBy(3));
            assertNothingToLease(queue);
        }
    }

    @Test
    default void Q16_a_request_that_waits_for_its_next_attempt_is_cancelled_at_once() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();
            queue.fail(lease, Failure.retryable("later"));

            assertThat(queue.cancel(lease.key()).map(Submission::phase)).contains(Phase.CANCELLED);

            fixture.advance(VISIBILITY.multipliedBy(3));
            assertNothingToLease(queue);
        }
    }

    @Test
    default void Q16_a_finished_request_stays_as_it_is() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission completed =
                    queue.complete(submitAndLease(queue, request("a")).lease());
            Submission failed = queue.fail(submitAndLease(queue, request("b")).lease(), Failure.permanent("no"));
            queue.submit(request("c"));
            Optional<Submission> cancelled = queue.cancel(new RequestKey("c"));

            assertThat(queue.cancel(completed.key())).contains(completed);
            assertThat(queue.cancel(failed.key())).contains(failed);
            assertThat(queue.cancel(new RequestKey("c"))).isEqualTo(cancelled);
            assertThat(found(queue, request("a"))).isEqualTo(completed);
        }
    }

    @Test
    default void Q16_of_a_completion_and_a_cancellation_at_once_one_takes_effect() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager worker = fixture.open();
            QueueManager caller = fixture.open();
            for (int round = 0; round < RaceSize.of(300); round++) {
                BatchRequest request = request("r-" + round);
                Lease lease = submitAndLease(worker, request).lease();

                List<Phase> seen = Race.<Phase>run(List.of(
                        () -> refusal(() -> worker.complete(lease)).isEmpty() ? Phase.COMPLETED : Phase.CANCELLED,
                        () -> caller.cancel(request.key()).orElseThrow().phase()));

                assertThat(seen).as("what worker and caller were told").containsOnly(phase(caller, request));
            }
        }
    }

    @Test
    default void Q17_repeating_a_completion_succeeds() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();
            Submission done = queue.complete(lease);
            fixture.advance(VISIBILITY.multipliedBy(2));

            assertThat(fixture.open().complete(lease)).isEqualTo(done);
        }
    }

    @Test
    default void Q17_repeating_a_failure_succeeds_and_counts_once() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease first = submitAndLease(queue, request("a")).lease();
            Submission waiting = queue.fail(first, Failure.retryable("lost"));

            assertThat(fixture.open().fail(first, Failure.retryable("lost"))).isEqualTo(waiting);

            fixture.advance(VISIBILITY.multipliedBy(2));
            Lease second = leaseOne(queue).lease();
            assertThat(second.attempt()).isEqualTo(2);
            Submission failed = queue.fail(second, Failure.permanent("no"));
            assertThat(fixture.open().fail(second, Failure.permanent("no"))).isEqualTo(failed);
        }
    }

    @Test
    default void Q17_repeating_a_release_succeeds_and_refunds_once() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.fail(submitAndLease(queue, request("a")).lease(), Failure.retryable("first"));
            fixture.advance(VISIBILITY.multipliedBy(2));
            Lease second = leaseOne(queue).lease();
            Submission waiting = queue.release(second);

            assertThat(fixture.open().release(second)).isEqualTo(waiting);

            assertThat(leaseOne(queue).lease().attempt()).isEqualTo(2);
        }
    }
}
