package org.armlib.tck;

import static org.armlib.tck.QueueSamples.OTHER_WORKER;
import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.assertNothingToLease;
import static org.armlib.tck.QueueSamples.found;
import static org.armlib.tck.QueueSamples.leaseOne;
import static org.armlib.tck.QueueSamples.phase;
import static org.armlib.tck.QueueSamples.refusal;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.requests;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Pending;
import org.armlib.domain.Phase;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException.Reason;
import org.armlib.domain.Submission;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** Attempts: expiry (Q06), release (Q07), failure and the end of attempts (Q09). */
public interface QueueAttemptContract extends QueueMaker {

    @Test
    default void Q06_an_expired_lease_is_claimed_by_the_next_call_and_not_before() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease first = submitAndLease(queue, request("a")).lease();

            fixture.advance(VISIBILITY.dividedBy(2));
            assertNothingToLease(queue);
            fixture.advance(VISIBILITY);
            Lease second = leaseOne(fixture.open(), OTHER_WORKER).lease();

            assertThat(second.key()).isEqualTo(first.key());
            assertThat(second.submission()).isEqualTo(first.submission());
            assertThat(second.attempt()).isEqualTo(2);
            assertThat(second.isSameAs(first)).isFalse();
        }
    }

    @Test
    default void Q06_an_expired_lease_is_claimed_though_others_wait() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease expired = submitAndLease(queue, request("a")).lease();
            requests("r", 50).forEach(queue::submit);
            fixture.advance(VISIBILITY.multipliedBy(2));

            assertThat(QueueSamples.leaseAll(queue)).hasSize(51).containsOnlyOnce(expired.key());
        }
    }

    @Test
    default void Q06_an_expired_lease_that_nobody_took_is_still_current() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease completed = submitAndLease(queue, request("a")).lease();
            Lease renewed = submitAndLease(queue, request("b")).lease();
            Lease released = submitAndLease(queue, request("c")).lease();
            fixture.advance(VISIBILITY.multipliedBy(2));

            queue.renew(renewed);
            assertThat(queue.complete(completed).phase()).isEqualTo(Phase.COMPLETED);
            assertThat(queue.release(released).phase()).isEqualTo(Phase.PENDING);

            assertThat(QueueSamples.leaseAll(queue)).containsExactly(released.key());
            assertThat(queue.complete(renewed).phase()).isEqualTo(Phase.COMPLETED);
        }
    }

    @Test
    default void Q06_a_request_that_kills_its_workers_ends_failed() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));
            List<Lease> leases = new ArrayList<>();
            for (int attempt = 1; attempt <= POLICY.maxAttempts(); attempt++) {
                leases.add(leaseOne(queue).lease());
                fixture.advance(VISIBILITY.multipliedBy(2));
            }

            assertNothingToLease(queue);

            assertThat(found(fixture.open(), request("a")).state()).isInstanceOfSatisfying(Failed.class, failed -> {
                assertThat(failed.reason().kind()).isEqualTo(Failure.Kind.LEASE_EXPIRED);
                assertThat(failed.attempts()).isEqualTo(POLICY.maxAttempts());
                assertThat(failed.token()).isEmpty();
            });
            assertThat(leases).extracting(Lease::attempt).containsExactly(1, 2, 3);
            assertThat(leases)
                    .allSatisfy(lease ->
                            assertThat(refusal(() -> queue.complete(lease))).contains(Reason.FINISHED));
        }
    }

    @Test
    default void Q06_spent_requests_do_not_stand_in_the_way_of_the_next() throws InterruptedException {
        RetryPolicy once = new RetryPolicy(1, Backoff.fixed(VISIBILITY), VISIBILITY);
        List<BatchRequest> spent = requests("spent", 60);
        try (QueueFixture fixture = newQueue(once)) {
            QueueManager queue = fixture.open();
            spent.forEach(queue::submit);
            assertThat(queue.lease(WORKER, 60, Duration.ZERO)).hasSize(60);
            queue.submit(request("next"));
            fixture.advance(VISIBILITY.multipliedBy(2));

            assertThat(leaseOne(queue).request()).isEqualTo(request("next"));
            assertNothingToLease(queue);

            assertThat(spent)
                    .allSatisfy(request -> assertThat(phase(queue, request)).isEqualTo(Phase.FAILED));
        }
    }

    @Test
    default void Q07_a_released_request_is_leased_again_at_once_and_its_attempt_does_not_count()
            throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));

            for (int i = 0; i <= POLICY.maxAttempts(); i++) {
                Lease lease = leaseOne(queue).lease();
                assertThat(lease.attempt()).isEqualTo(1);
                Submission released = queue.release(lease);
                assertThat(released.state())
                        .isInstanceOfSatisfying(
                                Pending.class,
                                pending -> assertThat(pending.attempts()).isZero());
                assertThat(found(queue, request("a"))).isEqualTo(released);
            }
        }
    }

    @Test
    default void Q09_a_failed_attempt_is_followed_by_another_after_the_backoff() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            LeasedRequest leased = submitAndLease(queue, request("a"));
            Failure reason = Failure.retryable("upstream said 503");

            Submission waiting = queue.fail(leased.lease(), reason);

            assertThat(waiting.state()).isInstanceOfSatisfying(Pending.class, pending -> {
                assertThat(pending.attempts()).isEqualTo(1);
                assertThat(pending.fence()).isEqualTo(leased.lease().fence());
                assertThat(pending.lastFailure()).contains(reason);
                assertThat(pending.notBefore())
                        .isBetween(
                                leased.submitted().plus(VISIBILITY).minusSeconds(2),
                                leased.submitted().plus(VISIBILITY).plusSeconds(120));
            });
            assertThat(found(fixture.open(), request("a"))).isEqualTo(waiting);
            fixture.advance(VISIBILITY.dividedBy(2));
            assertNothingToLease(queue);
            fixture.advance(VISIBILITY);
            assertThat(leaseOne(queue).lease().attempt()).isEqualTo(2);
        }
    }

    @Test
    default void Q09_when_the_attempts_are_spent_a_request_ends_failed_with_the_last_reason()
            throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));
            for (int attempt = 1; attempt <= POLICY.maxAttempts(); attempt++) {
                Lease lease = leaseOne(queue).lease();
                assertThat(lease.attempt()).isEqualTo(attempt);
                queue.fail(lease, Failure.retryable("reason " + attempt));
                fixture.advance(VISIBILITY.multipliedBy(2));
            }

            assertNothingToLease(queue);
            assertThat(found(queue, request("a")).state()).isInstanceOfSatisfying(Failed.class, failed -> {
                assertThat(failed.reason()).isEqualTo(Failure.retryable("reason " + POLICY.maxAttempts()));
                assertThat(failed.attempts()).isEqualTo(POLICY.maxAttempts());
            });
        }
    }

    @Test
    default void Q09_a_permanent_failure_ends_a_request_at_the_first_attempt() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();

            Submission failed = queue.fail(lease, Failure.permanent("no such report"));

            assertThat(failed.state()).isInstanceOfSatisfying(Failed.class, state -> {
                assertThat(state.reason()).isEqualTo(Failure.permanent("no such report"));
                assertThat(state.attempts()).isEqualTo(1);
                assertThat(state.fence()).isEqualTo(lease.fence());
                assertThat(state.token()).isEqualTo(Optional.of(lease.token()));
            });
            assertThat(found(fixture.open(), request("a"))).isEqualTo(failed);
            fixture.advance(VISIBILITY.multipliedBy(3));
            assertNothingToLease(queue);
        }
    }

    @Test
    default void Q09_failed_and_expired_attempts_count_alike() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.fail(submitAndLease(queue, request("a")).lease(), Failure.retryable("first"));
            fixture.advance(VISIBILITY.multipliedBy(2));
            leaseOne(queue);
            fixture.advance(VISIBILITY.multipliedBy(2));

            Lease third = leaseOne(queue).lease();

            assertThat(third.attempt()).isEqualTo(3);
            assertThat(queue.fail(third, Failure.retryable("third")).phase()).isEqualTo(Phase.FAILED);
        }
    }
}
