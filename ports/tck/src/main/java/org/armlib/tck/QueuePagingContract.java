package org.armlib.tck;

import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.found;
import static org.armlib.tck.QueueSamples.keys;
import static org.armlib.tck.QueueSamples.keysOf;
import static org.armlib.tck.QueueSamples.refusal;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.requests;
import static org.armlib.tck.QueueSamples.sticky;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Lease;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rules Q01, Q02, Q10, Q14, Q18, in the corners where adapters tend to differ. */
interface QueuePagingContract {
    /** Enough for several pages, few enough to be listed in no time. */
    int COUNT = 40;

    /** A new queue, empty, that follows {@code policy}. */
    QueueFixture newQueue(RetryPolicy policy);

    @Test
    default void Q14_in_every_phase_what_stays_is_listed_once_while_others_leave() throws InterruptedException {
        for (Phase phase : List.of(Phase.IN_PROGRESS, Phase.COMPLETED, Phase.FAILED, Phase.CANCELLED)) {
            try (QueueFixture fixture = newQueue(POLICY)) {
                QueueManager queue = fixture.open();
                List<BatchRequest> staying = requests("stays", COUNT);
                List<BatchRequest> going = requests("goes", COUNT);
                for (int i = 0; i < COUNT; i++) {
                    bring(queue, going.get(i), phase);
                    bring(queue, staying.get(i), phase);
                }

                List<RequestKey> listed = new ArrayList<>();
                Optional<String> cursor = Optional.empty();
                do {
                    Page<Submission> page = queue.list(phase, cursor, 7);
                    listed.addAll(keys(page.items()));
                    cursor = page.next();
                    page.items().stream()
                            .filter(one -> one.key().value().startsWith("goes"))
                            .forEach(one -> leave(queue, one));
                } while (cursor.isPresent());

                List<RequestKey> missing = new ArrayList<>(keysOf(staying));
                missing.removeAll(listed);
                assertThat(missing)
                        .as("Q14: %s requests that stayed and were not listed", phase.label())
                        .isEmpty();
                assertThat(listed).as("Q14: %s requests listed", phase.label()).doesNotHaveDuplicates();
            }
        }
    }

    private static void bring(QueueManager queue, BatchRequest request, Phase phase) throws InterruptedException {
        Lease lease = submitAndLease(queue, request).lease();
        switch (phase) {
            case COMPLETED -> queue.complete(lease);
            case FAILED -> queue.fail(lease, Failure.permanent("no"));
            case CANCELLED -> queue.cancel(lease.key());
            case PENDING -> queue.release(lease);
            case IN_PROGRESS -> assertThat(queue.renew(lease).request()).isEqualTo(request);
        }
    }

    /** Has a request leave its phase for one that is not listed here. */
    private static void leave(QueueManager queue, Submission submission) {
        if (submission.phase() == Phase.IN_PROGRESS) {
            queue.cancel(submission.key());
        } else {
            queue.resubmit(submission.request(), submission.id());
        }
    }

    @Test
    default void Q14_a_cursor_of_another_phase_is_refused() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            for (Phase phase : Phase.values()) {
                if (phase != Phase.PENDING) {
                    bring(queue, request(phase + "-1"), phase);
                    bring(queue, request(phase + "-2"), phase);
                }
            }
            queue.submit(request("PENDING-1"));
            queue.submit(request("PENDING-2"));
            for (Phase phase : Phase.values()) {
                Optional<String> cursor = queue.list(phase, Optional.empty(), 1).next();
                assertThat(cursor).as("the cursor of %s", phase.label()).isPresent();
                for (Phase other : Phase.values()) {
                    if (other != phase) {
                        assertThatThrownBy(() -> queue.list(other, cursor, 1))
                                .as("Q14: the cursor of %s, given for %s", phase.label(), other.label())
                                .isInstanceOf(InvalidRequestException.class);
                    }
                }
            }
        }
    }

    @Test
    default void Q18_a_count_below_one_is_refused() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Map<String, ThrowingCallable> calls = Map.of(
                    "lease", () -> queue.lease(WORKER, 0, Duration.ZERO),
                    "lease of less than none", () -> queue.lease(WORKER, -1, Duration.ZERO),
                    "list", () -> queue.list(Phase.PENDING, Optional.empty(), 0),
                    "list finished", () -> queue.list(Phase.FAILED, Optional.empty(), -1),
                    "prune", () -> queue.prune(Duration.ofDays(1), 0));
            calls.forEach(
                    (name, call) -> assertThatThrownBy(call).as(name).isInstanceOf(InvalidRequestException.class));
        }
    }

    @Test
    default void Q10_one_call_forgets_as_many_as_its_limit_says() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            List<BatchRequest> requests = requests("r", 260);
            queue.submitAll(requests);
            requests.forEach(request -> queue.cancel(request.key()));
            fixture.advance(Duration.ofDays(2));

            assertThat(queue.prune(Duration.ofDays(1), 250))
                    .as("Q10: forgotten")
                    .isEqualTo(250);
            assertThat(queue.prune(Duration.ofDays(1), 250))
                    .as("Q10: forgotten")
                    .isEqualTo(10);
        }
    }

    @Test
    default void Q02_a_sticky_caller_makes_a_completed_request_sticky() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.complete(submitAndLease(queue, request("a")).lease());

            Enqueued enqueued = queue.submit(sticky("a"));

            assertThat(enqueued.outcome()).isEqualTo(Enqueued.Outcome.ALREADY_COMPLETED);
            assertThat(enqueued.submission().request().sticky())
                    .as("Q02: 'a' is sticky in the answer")
                    .isTrue();
            assertThat(found(fixture.open(), request("a")).request().sticky())
                    .as("Q02: 'a' is sticky at every instance")
                    .isTrue();
        }
    }

    @Test
    default void Q01_a_resubmission_over_a_successor_that_has_ended_finds_how_it_ended() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission first =
                    queue.complete(submitAndLease(queue, request("a")).lease());
            queue.resubmit(request("a"), first.id());
            Submission failed =
                    queue.fail(queue.lease(WORKER, 1, Duration.ZERO).get(0).lease(), Failure.permanent("no"));

            Enqueued again = queue.resubmit(request("a"), first.id());

            assertThat(again.outcome()).as("Q01: over a failed successor").isEqualTo(Enqueued.Outcome.ADDED);
            assertThat(again.submission().id()).isGreaterThan(failed.id());
            queue.complete(queue.lease(WORKER, 1, Duration.ZERO).get(0).lease());
            assertThat(queue.resubmit(request("a"), first.id()).outcome())
                    .as("Q01: over a completed successor")
                    .isEqualTo(Enqueued.Outcome.ALREADY_COMPLETED);
        }
    }

    @Test
    default void Q18_hundreds_of_calls_of_which_many_are_refused_leave_the_queue_usable() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease stale = submitAndLease(queue, request("stale")).lease();
            queue.complete(stale);
            for (int i = 0; i < 100; i++) {
                assertThatThrownBy(() -> queue.submit(QueueSamples.different("stale")))
                        .isInstanceOf(org.armlib.domain.KeyConflictException.class);
                assertThat(refusal(() -> queue.renew(stale))).contains(StaleLeaseException.Reason.FINISHED);
                assertThatThrownBy(() -> queue.list(Phase.PENDING, Optional.of("no cursor!"), 1))
                        .isInstanceOf(InvalidRequestException.class);
                queue.submit(request("r-" + i));
                queue.complete(queue.lease(WORKER, 1, Duration.ZERO).get(0).lease());
                assertThat(queue.find(new RequestKey("unknown"))).isEmpty();
            }
            assertThat(queue.overview().count(Phase.PENDING)).isZero();
        }
    }
}
