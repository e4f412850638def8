package org.armlib.tck;

import static org.armlib.tck.QueueSamples.OTHER_WORKER;
import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.assertNothingToLease;
import static org.armlib.tck.QueueSamples.leaseOne;
import static org.armlib.tck.QueueSamples.phase;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.submit;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clocks that are wrong, and put right (Q11). */
public interface QueueClockContract extends QueueMaker {
    /** By how much the clock of one server is ahead: little, as clocks drift, and much. */
    List<Duration> AHEAD = List.of(Duration.ofSeconds(25), Duration.ofDays(300));

    @Test
    default void Q11_a_request_submitted_by_a_clock_that_is_ahead_is_due_at_once() throws InterruptedException {
        for (Duration ahead : AHEAD) {
            try (QueueFixture fixture = newQueue(POLICY)) {
                QueueManager queue = fixture.open();
                submit(fixture.openAhead(ahead), request("a"));
                fixture.putClocksRight(ahead);

                assertThat(leaseOne(queue).request()).isEqualTo(request("a"));
            }
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    default void Q11_a_waiting_worker_is_woken_by_a_request_of_a_clock_that_is_ahead() throws InterruptedException {
        Duration ahead = AHEAD.get(1);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            submit(fixture.openAhead(ahead), request("a"));
            fixture.putClocksRight(ahead);

            assertThat(queue.lease(OTHER_WORKER, 1, Patience.limit(Duration.ofSeconds(40))))
                    .hasSize(1);
        }
    }

    @Test
    default void Q11_a_request_released_or_submitted_again_by_a_clock_that_is_ahead_is_due_at_once()
            throws InterruptedException {
        for (Duration ahead : AHEAD) {
            try (QueueFixture fixture = newQueue(POLICY)) {
                QueueManager queue = fixture.open();
                QueueManager wrong = fixture.openAhead(ahead);
                wrong.release(submitAndLease(wrong, request("a")).lease());
                submit(wrong, request("b"));
                wrong.cancel(request("b").key());
                submit(wrong, request("b"));
                fixture.putClocksRight(ahead);

                assertThat(QueueSamples.leaseAll(queue))
                        .containsExactlyInAnyOrder(
                                request("a").key(), request("b").key());
            }
        }
    }

    @Test
    default void Q11_a_request_that_failed_by_a_clock_that_is_ahead_waits_for_its_longest_backoff_at_most()
            throws InterruptedException {
        for (Duration ahead : AHEAD) {
            try (QueueFixture fixture = newQueue(POLICY)) {
                QueueManager queue = fixture.open();
                QueueManager wrong = fixture.openAhead(ahead);
                wrong.fail(submitAndLease(wrong, request("a")).lease(), Failure.retryable("upstream said 503"));
                fixture.putClocksRight(ahead);
                Optional<LeasedRequest> leased = firstOf(queue);

                fixture.advance(VISIBILITY.plusSeconds(40));
                if (leased.isEmpty()) {
                    leased = firstOf(queue);
                }

                assertThat(leased)
                        .hasValueSatisfying(
                                one -> assertThat(one.lease().attempt()).isEqualTo(2));
            }
        }
    }

    @Test
    default void Q11_work_goes_on_when_a_clock_that_was_ahead_is_put_right() throws InterruptedException {
        Duration ahead = AHEAD.get(1);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            fixture.advance(ahead);
            LeasedRequest running = submitAndLease(queue, request("running"));
            assertNothingToLease(queue);
            fixture.advance(ahead.negated());

            queue.renew(running.lease());
            LeasedRequest abandoned = submitAndLease(queue, request("abandoned"));
            assertNothingToLease(queue);
            fixture.advance(VISIBILITY.dividedBy(2));
            queue.renew(running.lease());
            fixture.advance(VISIBILITY.dividedBy(2).plusSeconds(2));

            LeasedRequest again = leaseOne(queue, OTHER_WORKER);
            assertThat(again.request()).isEqualTo(abandoned.request());
            assertThat(again.lease().attempt()).isEqualTo(2);
            queue.complete(running.lease());
            assertThat(phase(queue, request("running"))).isEqualTo(Phase.COMPLETED);
        }
    }

    @Test
    default void Q11_a_lease_granted_by_a_clock_that_was_ahead_lasts_for_one_visibility_timeout_at_most()
            throws InterruptedException {
        Duration ahead = AHEAD.get(1);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            fixture.advance(ahead);
            submitAndLease(queue, request("a"));
            fixture.advance(ahead.negated());
            assertNothingToLease(queue);

            fixture.advance(VISIBILITY.plusSeconds(2));

            assertThat(leaseOne(queue, OTHER_WORKER).lease().attempt()).isEqualTo(2);
        }
    }

    @Test
    default void Q11_a_new_submission_orders_after_what_it_supersedes_whatever_the_clocks() {
        SubmissionId later = new SubmissionId(
                ApplicationHouse.now().toEpochMilli() + Duration.ofDays(1000).toMillis(), 7);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            BatchRequest unknown = request("unknown");
            BatchRequest cancelled = request("cancelled");
            BatchRequest live = request("live");
            submit(queue, cancelled);
            queue.cancel(cancelled.key());
            Submission joined = submit(queue, live);

            for (BatchRequest one : List.of(unknown, cancelled)) {
                Enqueued again = queue.resubmit(one, later);
                assertThat(again.outcome()).as("%s", one.key()).isEqualTo(Enqueued.Outcome.ADDED);
                assertThat(again.submission().id()).as("%s", one.key()).isGreaterThan(later);
                assertThat(queue.find(one.key())).contains(again.submission());
            }
            assertThat(queue.resubmit(live, later)).isEqualTo(new Enqueued(Enqueued.Outcome.JOINED, joined));
        }
    }

    @Test
    default void Q11_a_completed_submission_that_is_earlier_than_what_is_superseded_gives_way()
            throws InterruptedException {
        SubmissionId later = new SubmissionId(
                ApplicationHouse.now().toEpochMilli() + Duration.ofDays(1000).toMillis(), 7);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.complete(submitAndLease(queue, request("a")).lease());

            Enqueued again = queue.resubmit(request("a"), later);

            assertThat(again.outcome()).isEqualTo(Enqueued.Outcome.ADDED);
            assertThat(again.submission().id()).isGreaterThan(later);
            assertThat(Set.of(phase(queue, request("a")))).containsExactly(Phase.PENDING);
        }
    }

    private static Optional<LeasedRequest> firstOf(QueueManager queue) throws InterruptedException {
        return queue.lease(OTHER_WORKER, 1, Duration.ZERO).stream().findFirst();
    }
}
