package org.armlib.tck;

import static org.armlib.tck.QueueSamples.OTHER_TRACE;
import static org.armlib.tck.QueueSamples.OTHER_WORKER;
import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.TRACE;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.assertNothingToLease;
import static org.armlib.tck.QueueSamples.different;
import static org.armlib.tck.QueueSamples.found;
import static org.armlib.tck.QueueSamples.keysOf;
import static org.armlib.tck.QueueSamples.leaseOne;
import static org.armlib.tck.QueueSamples.newRequest;
import static org.armlib.tck.QueueSamples.phase;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.requests;
import static org.armlib.tck.QueueSamples.sticky;
import static org.armlib.tck.QueueSamples.submit;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.armlib.tck.QueueSamples.traced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.KeyConflictException;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleLeaseException.Reason;
import org.armlib.domain.Submission;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Enqueued.Outcome;
import org.armlib.ports.QueueManager;
import org.armlib.ports.Renewal;
import org.junit.jupiter.api.Test;

/**
 * Many in one call: submitAll (Q01, Q02, Q04, Q12, Q19) and renewAll (Q05, Q08), which keep the rules that submit and
 * renew keep.
 */
public interface QueueBatchContract extends QueueMaker {

    @Test
    default void Q01_requests_submitted_together_are_answered_in_their_order() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission completed =
                    queue.complete(submitAndLease(queue, request("m-completed")).lease());
            Submission failed =
                    queue.fail(submitAndLease(queue, request("c-failed")).lease(), Failure.permanent("no"));
            Submission cancelled = submit(queue, request("x-cancelled"));
            queue.cancel(cancelled.key());
            LeasedRequest running = submitAndLease(queue, request("b-running"));
            Submission pending = submit(queue, request("z-pending"));
            List<BatchRequest> list = Stream.of(
                            "k-new",
                            "z-pending",
                            "m-completed",
                            "c-failed",
                            "a-new",
                            "b-running",
                            "x-cancelled",
                            "y-new")
                    .map(QueueSamples::request)
                    .toList();

            List<Enqueued> answers = fixture.open().submitAll(list);

            assertThat(answers)
                    .extracting(Enqueued::outcome)
                    .containsExactly(
                            Outcome.ADDED,
                            Outcome.JOINED,
                            Outcome.ALREADY_COMPLETED,
                            Outcome.ADDED,
                            Outcome.ADDED,
                            Outcome.JOINED,
                            Outcome.ADDED,
                            Outcome.ADDED);
            assertThat(answers).extracting(answer -> answer.submission().key()).isEqualTo(keysOf(list));
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(
                                    found(queue, answer.submission().request()))
                            .isEqualTo(answer.submission()));
            assertThat(answers.get(1).submission()).isEqualTo(pending);
            assertThat(answers.get(2).submission()).isEqualTo(completed);
            assertThat(answers.get(3).submission().id()).isGreaterThan(failed.id());
            assertThat(answers.get(5).submission().id())
                    .isEqualTo(running.lease().submission());
            assertThat(answers.get(6).submission().id()).isGreaterThan(cancelled.id());
            assertThat(QueueSamples.leaseAll(queue))
                    .extracting(RequestKey::value)
                    .containsExactlyInAnyOrder("k-new", "z-pending", "c-failed", "a-new", "x-cancelled", "y-new");
        }
    }

    @Test
    default void Q01_a_request_that_is_in_a_list_twice_is_added_once() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            submit(queue, request("d"));
            queue.cancel(new RequestKey("d"));

            List<Enqueued> answers = queue.submitAll(
                    List.of(request("a"), request("d"), request("b"), request("a"), request("d"), request("a")));

            assertThat(answers)
                    .extracting(Enqueued::outcome)
                    .containsExactly(
                            Outcome.ADDED,
                            Outcome.ADDED,
                            Outcome.ADDED,
                            Outcome.JOINED,
                            Outcome.JOINED,
                            Outcome.JOINED);
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(
                                    found(queue, answer.submission().request()).id())
                            .isEqualTo(answer.submission().id()));
            assertThat(QueueSamples.leaseAll(queue))
                    .extracting(RequestKey::value)
                    .containsExactlyInAnyOrder("a", "d", "b");
        }
    }

    @Test
    default void Q01_the_first_request_of_a_list_that_is_refused_ends_the_call() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission taken = submit(queue, request("taken"));
            submit(queue, request("taken-too"));
            List<BatchRequest> list =
                    List.of(request("c"), request("b"), different("taken"), request("a"), different("taken-too"));

            assertThatThrownBy(() -> queue.submitAll(list))
                    .isInstanceOfSatisfying(
                            KeyConflictException.class, e -> assertThat(e.key()).contains(taken.key()));

            assertThat(queue.find(new RequestKey("a")))
                    .as("what is behind the refused one")
                    .isEmpty();
            assertThat(found(queue, taken.request())).isEqualTo(taken);
            List<Enqueued> repeated = queue.submitAll(List.of(request("c"), request("b"), request("a")));
            assertThat(repeated.get(2).outcome()).isEqualTo(Outcome.ADDED);
            assertThat(QueueSamples.listAll(queue, Phase.PENDING, 2))
                    .extracting(one -> one.key().value())
                    .containsExactlyInAnyOrder("taken", "taken-too", "a", "b", "c");
        }
    }

    @Test
    default void Q01_two_requests_of_a_list_that_want_one_key_are_told_apart() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            assertThatThrownBy(() -> queue.submitAll(List.of(request("a"), different("a"), request("b"))))
                    .isInstanceOfSatisfying(
                            KeyConflictException.class, e -> assertThat(e.key()).contains(new RequestKey("a")));

            assertThat(queue.find(new RequestKey("b"))).isEmpty();
            assertThat(queue.submit(request("a")).submission().request().sameRequest(request("a")))
                    .isTrue();
        }
    }

    @Test
    default void Q01_a_list_of_nothing_does_nothing() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            assertThat(queue.submitAll(List.of())).isEmpty();
            assertThat(queue.renewAll(List.of())).isEmpty();
        }
    }

    @Test
    default void Q01_a_thousand_requests_are_submitted_in_one_call() {
        List<BatchRequest> requests = requests("r", 1_000);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            submit(queue, requests.get(998));

            List<Enqueued> answers = queue.submitAll(requests);

            assertThat(answers).extracting(answer -> answer.submission().key()).isEqualTo(keysOf(requests));
            assertThat(answers)
                    .filteredOn(answer -> answer.outcome() == Outcome.JOINED)
                    .extracting(answer -> answer.submission().key())
                    .containsExactly(requests.get(998).key());
            assertThat(QueueSamples.keys(QueueSamples.listAll(fixture.open(), Phase.PENDING, 300)))
                    .containsExactlyInAnyOrderElementsOf(keysOf(requests));
        }
    }

    @Test
    default void Q01_lists_submitted_by_many_at_once_add_each_request_once() throws InterruptedException {
        List<BatchRequest> requests = requests("r", RaceSize.of(200));
        try (QueueFixture fixture = newQueue(POLICY)) {
            List<List<Enqueued>> answers = Race.run(8, i -> {
                QueueManager queue = fixture.open();
                List<BatchRequest> mine = shuffled(requests, i);
                return () -> queue.submitAll(mine);
            });

            assertThat(answers.stream()
                            .flatMap(List::stream)
                            .filter(answer -> answer.outcome() == Outcome.ADDED)
                            .map(answer -> answer.submission().key()))
                    .as("what was added, each list in an order of its own")
                    .containsExactlyInAnyOrderElementsOf(keysOf(requests));
            QueueManager queue = fixture.open();
            assertThat(answers)
                    .allSatisfy(list -> assertThat(list)
                            .allSatisfy(answer -> assertThat(answer.submission().id())
                                    .isEqualTo(found(queue, answer.submission().request())
                                            .id())));
            assertThat(QueueSamples.leaseAll(queue)).containsExactlyInAnyOrderElementsOf(keysOf(requests));
        }
    }

    private static <T> List<T> shuffled(List<T> list, int seed) {
        List<T> shuffled = new ArrayList<>(list);
        Collections.shuffle(shuffled, new Random(seed));
        return List.copyOf(shuffled);
    }

    @Test
    default void Q02_a_sticky_caller_anywhere_in_a_list_makes_a_request_sticky() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            submit(queue, request("a"));

            List<Enqueued> answers = queue.submitAll(
                    List.of(sticky("a"), request("a"), request("b"), sticky("b"), sticky("c"), request("c")));

            assertThat(answers.get(5).submission().request().sticky()).isTrue();
            for (int i = 0; i < 3; i++) {
                LeasedRequest leased = leaseOne(queue);
                assertThat(leased.request().sticky())
                        .as(leased.request().key().value())
                        .isTrue();
            }
        }
    }

    @Test
    default void Q04_requests_submitted_together_are_leased_in_their_order() throws InterruptedException {
        List<BatchRequest> usual = shuffled(requests("usual", 20), 1);
        List<BatchRequest> urgent = shuffled(requests("urgent", 20), 2).stream()
                .map(request -> newRequest(request.key().value()).priority(1).build())
                .toList();
        List<BatchRequest> mixed = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            mixed.add(usual.get(i));
            mixed.add(urgent.get(i));
        }
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            submit(queue, request("before"));

            queue.submitAll(mixed);
            submit(queue, request("after"));

            List<RequestKey> expected = new ArrayList<>(keysOf(urgent));
            expected.add(new RequestKey("before"));
            expected.addAll(keysOf(usual));
            expected.add(new RequestKey("after"));
            assertThat(QueueSamples.leaseAll(queue)).isEqualTo(expected);
        }
    }

    @Test
    default void Q12_requests_submitted_together_wake_as_many_workers() throws InterruptedException {
        List<BatchRequest> requests = requests("r", 8);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            List<BlockedLease> waiting = new ArrayList<>();
            try {
                requests.forEach(request -> waiting.add(BlockedLease.start(queue, WORKER)));

                queue.submitAll(requests);

                List<RequestKey> leased = new ArrayList<>();
                for (BlockedLease lease : waiting) {
                    lease.result().forEach(one -> leased.add(one.lease().key()));
                }
                assertThat(leased).containsExactlyInAnyOrderElementsOf(keysOf(requests));
            } finally {
                waiting.forEach(BlockedLease::close);
            }
        }
    }

    @Test
    default void Q08_leases_renewed_together_never_expire() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            List<Lease> leases = submitAndLeaseAll(queue, requests("r", 5));

            for (int i = 0; i < 6; i++) {
                fixture.advance(VISIBILITY.dividedBy(2));
                List<Lease> renewed = renewed(fixture.open().renewAll(leases));
                assertThat(renewed).hasSameSizeAs(leases);
                for (int l = 0; l < leases.size(); l++) {
                    assertThat(renewed.get(l).isSameAs(leases.get(l))).isTrue();
                    assertThat(renewed.get(l).expiresAt()).isAfter(leases.get(l).expiresAt());
                }
                assertNothingToLease(queue);
                leases = renewed;
            }

            assertThat(leases)
                    .allSatisfy(lease ->
                            assertThat(queue.complete(lease).state().attempts()).isEqualTo(1));
        }
    }

    private static List<Lease> submitAndLeaseAll(QueueManager queue, List<BatchRequest> requests)
            throws InterruptedException {
        queue.submitAll(requests);
        List<Lease> leases = new ArrayList<>();
        while (leases.size() < requests.size()) {
            List<LeasedRequest> leased = queue.lease(WORKER, 100, Duration.ZERO);
            assertThat(leased).as("what lease() gives of a queue with work").isNotEmpty();
            leased.forEach(one -> leases.add(one.lease()));
        }
        return leases;
    }

    private static List<Lease> renewed(List<Renewal> answers) {
        return answers.stream()
                .filter(Renewal.Renewed.class::isInstance)
                .map(answer -> ((Renewal.Renewed) answer).leased().lease())
                .toList();
    }

    private static Optional<Reason> refusal(Renewal answer) {
        return answer instanceof Renewal.Refused refused
                ? Optional.of(refused.refusal().reason())
                : Optional.empty();
    }

    @Test
    default void Q08_a_lease_that_is_in_a_list_twice_is_answered_twice() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            List<Lease> leases = submitAndLeaseAll(queue, requests("r", 2));
            fixture.advance(VISIBILITY.dividedBy(2));

            List<Lease> renewed = renewed(queue.renewAll(List.of(leases.get(0), leases.get(1), leases.get(0))));

            assertThat(renewed)
                    .extracting(Lease::token)
                    .containsExactly(
                            leases.get(0).token(),
                            leases.get(1).token(),
                            leases.get(0).token());
        }
    }

    @Test
    default void Q08_a_thousand_leases_are_renewed_in_one_call() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            List<Lease> leases = shuffled(submitAndLeaseAll(queue, requests("r", 1_000)), 1);
            fixture.advance(VISIBILITY.dividedBy(2));

            List<Renewal> answers = queue.renewAll(leases);

            assertThat(answers).hasSize(1_000);
            assertThat(renewed(answers))
                    .extracting(Lease::token)
                    .isEqualTo(leases.stream().map(Lease::token).toList());
            fixture.advance(VISIBILITY.multipliedBy(3).dividedBy(4));
            assertNothingToLease(queue);
        }
    }

    @Test
    default void Q02_running_workers_learn_of_sticky_callers_when_their_leases_are_renewed_together()
            throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            List<Lease> leases = submitAndLeaseAll(queue, requests("r", 3));
            fixture.open().submit(sticky(leases.get(1).key().value()));

            List<Renewal> answers = queue.renewAll(leases);

            assertThat(answers)
                    .extracting(answer ->
                            ((Renewal.Renewed) answer).leased().request().sticky())
                    .containsExactly(false, true, false);
        }
    }

    @Test
    default void Q05_stale_leases_are_refused_one_by_one_and_the_current_ones_renewed() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease unknown = submitAndLease(queue, request("unknown")).lease();
            queue.complete(unknown);
            fixture.advance(Duration.ofDays(2));
            queue.prune(Duration.ofDays(1), 10);
            Lease givenUp = submitAndLease(queue, request("given-up")).lease();
            queue.release(givenUp);
            Lease others = leaseOne(queue, OTHER_WORKER).lease();
            Lease first = submitAndLease(queue, request("first")).lease();
            Lease cancelled = submitAndLease(queue, request("cancelled")).lease();
            queue.cancel(cancelled.key());
            Lease completed = submitAndLease(queue, request("completed")).lease();
            queue.complete(completed);
            Lease earlier = submitAndLease(queue, request("earlier")).lease();
            queue.complete(earlier);
            queue.resubmit(request("earlier"), earlier.submission());
            Lease last = submitAndLeaseThe(queue, request("last"));
            List<Lease> stale = List.of(unknown, givenUp, cancelled, completed, earlier);
            List<Optional<Submission>> before =
                    stale.stream().map(lease -> queue.find(lease.key())).toList();
            fixture.advance(VISIBILITY.dividedBy(2));

            List<Renewal> answers =
                    fixture.open().renewAll(List.of(unknown, first, givenUp, cancelled, completed, last, earlier));

            assertThat(answers)
                    .extracting(QueueBatchContract::refusal)
                    .containsExactly(
                            Optional.of(Reason.UNKNOWN),
                            Optional.empty(),
                            Optional.of(Reason.SUPERSEDED),
                            Optional.of(Reason.CANCELLED),
                            Optional.of(Reason.FINISHED),
                            Optional.empty(),
                            Optional.of(Reason.SUPERSEDED));
            assertThat(answers.stream()
                            .filter(Renewal.Refused.class::isInstance)
                            .map(answer -> ((Renewal.Refused) answer).refusal().key()))
                    .containsExactlyElementsOf(stale.stream()
                            .map(lease -> Optional.of(lease.key()))
                            .toList());
            assertThat(renewed(answers)).extracting(Lease::token).containsExactly(first.token(), last.token());
            assertThat(stale.stream().map(lease -> queue.find(lease.key())).toList())
                    .as("what the stale leases were of")
                    .isEqualTo(before);
            assertThat(queue.complete(others).phase()).isEqualTo(Phase.COMPLETED);
            assertThat(queue.complete(first).phase()).isEqualTo(Phase.COMPLETED);
        }
    }

    /** Leases a request that is not the only one waiting. */
    private static Lease submitAndLeaseThe(QueueManager queue, BatchRequest request) throws InterruptedException {
        BatchRequest urgent = newRequest(request.key().value()).priority(9).build();
        return submitAndLease(queue, urgent).lease();
    }

    @Test
    default void Q05_of_two_leases_of_one_key_the_current_one_alone_is_renewed() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lost = submitAndLease(queue, request("a")).lease();
            fixture.advance(VISIBILITY.multipliedBy(2));
            Lease current = leaseOne(queue, OTHER_WORKER).lease();

            List<Renewal> lostFirst = queue.renewAll(List.of(lost, current));
            List<Renewal> lostLast = queue.renewAll(List.of(current, lost));

            assertThat(lostFirst)
                    .extracting(QueueBatchContract::refusal)
                    .containsExactly(Optional.of(Reason.SUPERSEDED), Optional.empty());
            assertThat(lostLast)
                    .extracting(QueueBatchContract::refusal)
                    .containsExactly(Optional.empty(), Optional.of(Reason.SUPERSEDED));
            assertThat(renewed(lostLast).get(0).isSameAs(current)).isTrue();
        }
    }

    @Test
    default void Q05_a_renewal_of_many_brings_no_finished_request_back() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager worker = fixture.open();
            for (int round = 0; round < RaceSize.of(10); round++) {
                List<BatchRequest> requests = requests("r-" + round, 40);
                List<Lease> leases = submitAndLeaseAll(worker, requests);
                CountDownLatch renewedOnce = new CountDownLatch(1);
                AtomicBoolean completed = new AtomicBoolean();
                List<Callable<Boolean>> calls = new ArrayList<>();
                calls.add(() -> {
                    try {
                        renewedOnce.await();
                        leases.subList(0, 20).forEach(worker::complete);
                        return true;
                    } finally {
                        completed.set(true);
                    }
                });
                for (int i = 0; i < 3; i++) {
                    QueueManager instance = fixture.open();
                    List<Lease> mine = shuffled(leases, i);
                    calls.add(() -> {
                        boolean answered = true;
                        while (answered && !completed.get()) {
                            answered = instance.renewAll(mine).size() == 40;
                            renewedOnce.countDown();
                        }
                        return answered;
                    });
                }

                assertThat(Race.run(calls)).containsOnly(true);

                for (int i = 0; i < 40; i++) {
                    assertThat(phase(worker, requests.get(i))).isEqualTo(i < 20 ? Phase.COMPLETED : Phase.IN_PROGRESS);
                }
                requests.forEach(request -> worker.cancel(request.key()));
            }
        }
    }

    @Test
    default void Q19_requests_submitted_together_have_each_its_own_trace() throws InterruptedException {
        List<BatchRequest> list =
                List.of(request("c"), traced("b", TRACE), traced("a", OTHER_TRACE), traced("b", OTHER_TRACE));
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            queue.submitAll(list);

            assertThat(List.of(leaseOne(queue), leaseOne(queue), leaseOne(queue)))
                    .extracting(LeasedRequest::request)
                    .containsExactlyElementsOf(list.subList(0, 3));
        }
    }
}
