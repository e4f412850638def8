package org.armlib.tck;

import static org.armlib.tck.QueueSamples.OTHER_WORKER;
import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.assertNothingToLease;
import static org.armlib.tck.QueueSamples.found;
import static org.armlib.tck.QueueSamples.leaseOne;
import static org.armlib.tck.QueueSamples.refusal;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InProgress;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Pending;
import org.armlib.domain.Phase;
import org.armlib.domain.StaleLeaseException.Reason;
import org.armlib.domain.Submission;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** Holds (W05): a request that is given back for a reason outside it. */
public interface QueueHoldContract extends QueueMaker {
    /** With characters that a careless encoding breaks. */
    String HOLD_REASON = "HTTP 503: \"try again\" \\ caf\u00e9 \u20ac \ud83d\ude00\nlater";

    @Test
    default void W05_a_held_request_is_leased_again_after_the_delay_and_not_before() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            hold(queue, submitAndLease(queue, request("a")).lease());

            fixture.advance(VISIBILITY.dividedBy(2));
            assertNothingToLease(queue);
            assertNothingToLease(fixture.open());
            fixture.advance(VISIBILITY);

            assertThat(leaseOne(queue).request()).isEqualTo(request("a"));
        }
    }

    @Test
    default void W05_the_attempt_of_a_held_request_does_not_count() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));

            for (int i = 0; i <= POLICY.maxAttempts(); i++) {
                Lease lease = leaseOne(queue).lease();
                assertThat(lease.attempt()).isEqualTo(1);
                assertThat(hold(queue, lease).state().attempts()).isZero();
                fixture.advance(VISIBILITY.multipliedBy(2));
            }
        }
    }

    @Test
    default void W05_the_hold_is_visible_until_the_attempt_that_follows_has_ended() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            LeasedRequest first = submitAndLease(queue, request("a"));
            assertThat(first.hold()).isEmpty();

            Submission held = hold(queue, first.lease());

            Hold hold = holdOf(held).orElseThrow();
            assertThat(hold.by()).isEqualTo(Hold.Cause.UPSTREAM);
            assertThat(hold.reason()).isEqualTo(HOLD_REASON);
            assertThat(hold.until()).isEqualTo(hold.since().plus(VISIBILITY));
            assertThat(hold.count()).isEqualTo(1);
            assertThat(found(fixture.open(), request("a"))).isEqualTo(held);
            assertThat(queue.list(Phase.PENDING, Optional.empty(), 10).items()).containsExactly(held);

            fixture.advance(VISIBILITY.multipliedBy(2));
            LeasedRequest second = leaseOne(fixture.open());
            assertThat(second.hold()).contains(hold);
            assertThat(queue.renew(second.lease()).hold()).contains(hold);
            assertThat(holdOf(found(queue, request("a")))).contains(hold);
        }
    }

    @Test
    default void W05_holds_that_follow_one_another_count_on_from_the_first() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));
            List<Hold> holds = new ArrayList<>();
            for (Hold.Cause cause : Hold.Cause.values()) {
                Lease lease = leaseOne(queue).lease();
                Submission held = queue.hold(lease, cause, "because of " + cause, VISIBILITY);
                holds.add(holdOf(held).orElseThrow());
                fixture.advance(VISIBILITY.multipliedBy(2));
            }

            assertThat(holds).extracting(Hold::by).containsExactly(Hold.Cause.values());
            assertThat(holds).extracting(Hold::count).containsExactly(1, 2, 3, 4);
            assertThat(holds).extracting(Hold::since).containsOnly(holds.get(0).since());
            assertThat(holds).extracting(Hold::until).isSorted().doesNotHaveDuplicates();
            assertThat(holds).allSatisfy(hold -> assertThat(hold.reason()).isEqualTo("because of " + hold.by()));
        }
    }

    @Test
    default void W05_repeating_a_hold_succeeds_and_counts_once() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease first = submitAndLease(queue, request("a")).lease();
            Submission held = hold(queue, first);

            assertThat(hold(fixture.open(), first)).isEqualTo(held);

            fixture.advance(VISIBILITY.multipliedBy(2));
            LeasedRequest second = leaseOne(queue);
            assertThat(second.hold()).isEqualTo(holdOf(held));
            assertThat(second.lease().attempt()).isEqualTo(1);
            assertThat(holdOf(hold(queue, second.lease())).orElseThrow().count())
                    .isEqualTo(2);
        }
    }

    @Test
    default void W05_a_lease_that_is_not_current_holds_nothing() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease first = submitAndLease(queue, request("a")).lease();
            fixture.advance(VISIBILITY.multipliedBy(2));
            Lease second = leaseOne(queue, OTHER_WORKER).lease();
            Submission running = found(queue, request("a"));

            assertThat(refusal(() -> hold(queue, first))).contains(Reason.SUPERSEDED);
            assertThat(found(queue, request("a"))).isEqualTo(running);

            queue.complete(second);
            assertThat(refusal(() -> hold(queue, second))).contains(Reason.FINISHED);
            assertThat(found(queue, request("a")).phase()).isEqualTo(Phase.COMPLETED);
        }
    }

    @Test
    default void W05_others_are_leased_while_one_is_held() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            hold(queue, submitAndLease(queue, request("a")).lease());
            queue.submit(request("b"));

            assertThat(leaseOne(queue).request()).isEqualTo(request("b"));
            fixture.advance(VISIBILITY.multipliedBy(2));
            queue.submit(request("c"));
            assertThat(QueueSamples.leaseAll(queue))
                    .contains(request("a").key(), request("c").key());
        }
    }

    @Test
    default void W05_the_end_of_a_hold_wakes_a_waiting_worker() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease first = submitAndLease(queue, request("a")).lease();
            queue.hold(first, Hold.Cause.UPSTREAM, HOLD_REASON, Duration.ofMillis(300));
            try (BlockedLease lease = BlockedLease.start(queue, OTHER_WORKER)) {

                fixture.advance(Duration.ofMillis(300));

                assertThat(lease.result())
                        .extracting(one -> one.lease().key())
                        .containsExactly(request("a").key());
            }
        }
    }

    @Test
    default void W05_a_hold_ends_with_an_attempt_that_ends_otherwise() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            Lease failed = heldAndLeasedAgain(fixture, queue, "failed").lease();
            assertThat(holdOf(queue.fail(failed, Failure.retryable("no such year"))))
                    .isEmpty();
            assertThat(holdOf(found(queue, request("failed")))).isEmpty();

            Lease released = heldAndLeasedAgain(fixture, queue, "released").lease();
            assertThat(holdOf(queue.release(released))).isEmpty();
            assertThat(holdOf(found(queue, request("released")))).isEmpty();

            fixture.advance(VISIBILITY.multipliedBy(2));
            LeasedRequest again = leaseOne(queue);
            assertThat(again.hold()).isEmpty();
            assertThat(holdOf(hold(queue, again.lease())).orElseThrow().count()).isEqualTo(1);
        }
    }

    @Test
    default void W05_a_submission_that_follows_is_not_held() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            hold(queue, submitAndLease(queue, request("cancelled")).lease());
            assertThat(queue.cancel(request("cancelled").key()).orElseThrow().phase())
                    .isEqualTo(Phase.CANCELLED);
            Submission done =
                    queue.complete(heldAndLeasedAgain(fixture, queue, "done").lease());

            assertThat(holdOf(queue.submit(request("cancelled")).submission())).isEmpty();
            assertThat(leaseOne(queue).hold()).isEmpty();
            assertThat(holdOf(queue.resubmit(request("done"), done.id()).submission()))
                    .isEmpty();
            assertThat(leaseOne(queue).hold()).isEmpty();
        }
    }

    private static LeasedRequest heldAndLeasedAgain(QueueFixture fixture, QueueManager queue, String key)
            throws InterruptedException {
        hold(queue, submitAndLease(queue, request(key)).lease());
        fixture.advance(VISIBILITY.multipliedBy(2));
        LeasedRequest again = queue.lease(OTHER_WORKER, 10, Duration.ZERO).stream()
                .filter(one -> one.request().key().equals(request(key).key()))
                .findFirst()
                .orElseThrow();
        assertThat(again.hold()).isPresent();
        return again;
    }

    private static Submission hold(QueueManager queue, Lease lease) {
        return queue.hold(lease, Hold.Cause.UPSTREAM, HOLD_REASON, VISIBILITY);
    }

    private static Optional<Hold> holdOf(Submission submission) {
        return submission.state() instanceof Pending waiting
                ? waiting.hold()
                : submission.state() instanceof InProgress running ? running.hold() : Optional.empty();
    }
}
