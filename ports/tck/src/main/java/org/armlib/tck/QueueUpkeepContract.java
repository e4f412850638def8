package org.armlib.tck;

import static org.armlib.tck.QueueSamples.OTHER_WORKER;
import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.leaseOne;
import static org.armlib.tck.QueueSamples.newRequest;
import static org.armlib.tck.QueueSamples.phase;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.requests;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Lease;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.Enqueued.Outcome;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Running a queue for years: forgetting (Q10), counting (Q14), and errors of its own only (Q18). */
public interface QueueUpkeepContract extends QueueMaker {

    @Test
    default void Q10_finished_requests_are_forgotten_by_age() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            finishOneOfEachKind(queue, "old");
            fixture.advance(Duration.ofDays(2));
            finishOneOfEachKind(queue, "young");

            assertThat(fixture.open().prune(Duration.ofDays(1), 100)).isEqualTo(3);

            for (String kind : List.of("completed", "failed", "cancelled")) {
                assertThat(queue.find(new RequestKey("old-" + kind))).isEmpty();
                assertThat(queue.find(new RequestKey("young-" + kind))).isPresent();
            }
            assertThat(queue.submit(request("old-completed")).outcome()).isEqualTo(Outcome.ADDED);
        }
    }

    private static void finishOneOfEachKind(QueueManager queue, String prefix) throws InterruptedException {
        queue.complete(submitAndLease(queue, request(prefix + "-completed")).lease());
        queue.fail(submitAndLease(queue, request(prefix + "-failed")).lease(), Failure.permanent("no"));
        queue.submit(request(prefix + "-cancelled"));
        queue.cancel(new RequestKey(prefix + "-cancelled"));
    }

    @Test
    default void Q10_the_age_counts_from_the_end_of_a_request() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();
            fixture.advance(Duration.ofDays(2));
            queue.complete(lease);

            assertThat(queue.prune(Duration.ofDays(1), 100)).isZero();
            assertThat(phase(queue, request("a"))).isEqualTo(Phase.COMPLETED);
        }
    }

    @Test
    default void Q10_live_requests_are_never_forgotten() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease running = submitAndLease(queue, request("running")).lease();
            Lease failed = submitAndLease(queue, request("between-attempts")).lease();
            queue.fail(failed, Failure.retryable("later"));
            queue.submit(request("pending"));
            Submission done = queue.complete(
                    submitAndLease(queue, newRequest("again").priority(1).build())
                            .lease());
            queue.resubmit(request("again"), done.id());
            fixture.advance(Duration.ofDays(400));

            assertThat(queue.prune(Duration.ofDays(1), 100)).isZero();

            assertThat(queue.complete(running).phase()).isEqualTo(Phase.COMPLETED);
            assertThat(QueueSamples.leaseAll(queue))
                    .containsExactlyInAnyOrder(
                            new RequestKey("between-attempts"), new RequestKey("pending"), new RequestKey("again"));
        }
    }

    @Test
    default void Q10_forgetting_goes_in_bounded_batches() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            for (BatchRequest request : requests("r", 25)) {
                queue.submit(request);
                queue.cancel(request.key());
            }
            fixture.advance(Duration.ofDays(2));

            assertThat(queue.prune(Duration.ofDays(1), 10)).isEqualTo(10);
            assertThat(QueueSamples.listAll(queue, Phase.CANCELLED, 100)).hasSize(15);
            assertThat(queue.prune(Duration.ofDays(1), 10)).isEqualTo(10);
            assertThat(queue.prune(Duration.ofDays(1), 10)).isEqualTo(5);
            assertThat(queue.prune(Duration.ofDays(1), 10)).isZero();
        }
    }

    @Test
    default void Q10_the_queue_works_while_it_forgets() throws InterruptedException {
        int old = 10 * RaceSize.of(30);
        int added = RaceSize.of(200);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            QueueManager janitor = fixture.open();
            for (BatchRequest request : requests("old", old)) {
                queue.submit(request);
                queue.cancel(request.key());
            }
            fixture.advance(Duration.ofDays(2));

            List<Integer> counts = Race.<Integer>run(List.of(
                    () -> {
                        int forgotten = 0;
                        for (int batch = 0; batch < old / 10; batch++) {
                            forgotten += janitor.prune(Duration.ofDays(1), 10);
                        }
                        return forgotten;
                    },
                    () -> {
                        int done = 0;
                        for (BatchRequest request : requests("new", added)) {
                            queue.submit(request);
                            queue.complete(leaseOne(queue).lease());
                            done++;
                        }
                        return done;
                    }));

            assertThat(counts).containsExactly(old, added);
            assertThat(QueueSamples.listAll(queue, Phase.COMPLETED, 100)).hasSize(added);
        }
    }

    @Test
    default void Q14_the_overview_counts_every_phase() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            assertOverview(fixture, empty -> {
                for (Phase phase : Phase.values()) {
                    assertThat(empty.counts()).containsEntry(phase, 0L);
                }
                assertThat(empty.oldestPending()).isEmpty();
                assertThat(empty.pendingEstimate()).isZero();
                assertThat(empty.workers()).isZero();
                assertThat(empty.suspended()).isFalse();
            });

            finishOneOfEachKind(queue, "a");
            submitAndLease(queue, request("running-1"));
            submitAndLease(queue, request("running-2"));
            requests("pending", 5).forEach(queue::submit);

            assertOverview(
                    fixture,
                    overview -> assertThat(overview.counts())
                            .isEqualTo(Map.of(
                                    Phase.COMPLETED, 1L,
                                    Phase.FAILED, 1L,
                                    Phase.CANCELLED, 1L,
                                    Phase.IN_PROGRESS, 2L,
                                    Phase.PENDING, 5L)));
        }
    }

    /** The counts need be right near the moment only. */
    private static void assertOverview(QueueFixture fixture, Consumer<QueueOverview> assertion) {
        QueueManager other = fixture.open();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertion.accept(other.overview()));
    }

    @Test
    default void Q14_the_overview_tells_how_long_the_oldest_waits() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));
            fixture.advance(Duration.ofHours(1));
            Instant second = queue.submit(request("b")).submission().submitted();
            fixture.advance(Duration.ofHours(1));
            queue.submit(newRequest("c").priority(9).build());

            queue.cancel(new RequestKey("a"));

            assertOverview(
                    fixture,
                    overview -> assertThat(overview.oldestPending())
                            .hasValueSatisfying(oldest ->
                                    assertThat(oldest).isBetween(second.minusSeconds(2), second.plusSeconds(2))));
        }
    }

    @Test
    default void Q14_the_overview_adds_up_the_estimates_of_what_waits() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            submitAndLease(
                    queue,
                    newRequest("running").estimatedTime(Duration.ofHours(1)).build());
            queue.submit(newRequest("a").estimatedTime(Duration.ofMinutes(2)).build());
            queue.submit(newRequest("b").estimatedTime(Duration.ofSeconds(90)).build());
            queue.submit(newRequest("c").estimatedTime(Duration.ofMinutes(30)).build());
            queue.submit(request("d"));
            queue.cancel(new RequestKey("c"));

            assertOverview(
                    fixture, overview -> assertThat(overview.pendingEstimate()).isEqualTo(Duration.ofSeconds(210)));
        }
    }

    @Test
    default void Q14_the_overview_counts_the_workers_heard_of_lately() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();
            queue.lease(WORKER, 1, Duration.ZERO);
            fixture.open().lease(OTHER_WORKER, 1, Duration.ZERO);
            assertOverview(fixture, overview -> assertThat(overview.workers()).isEqualTo(2));

            fixture.advance(QueueOverview.WORKER_SEEN.multipliedBy(2));
            assertOverview(fixture, overview -> assertThat(overview.workers()).isZero());

            queue.renew(lease);
            assertOverview(fixture, overview -> assertThat(overview.workers()).isEqualTo(1));
        }
    }

    @Test
    default void Q18_calls_after_close_end_with_the_error_of_the_port() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();

            queue.close();
            queue.close();

            Map<String, ThrowingCallable> calls = Map.ofEntries(
                    Map.entry("submit", () -> queue.submit(request("b"))),
                    Map.entry("submitAll", () -> queue.submitAll(List.of(request("b")))),
                    Map.entry("resubmit", () -> queue.resubmit(request("b"), new SubmissionId(0, 0))),
                    Map.entry("lease", () -> queue.lease(WORKER, 1, VISIBILITY)),
                    Map.entry("renew", () -> queue.renew(lease)),
                    Map.entry("renewAll", () -> queue.renewAll(List.of(lease))),
                    Map.entry("progress", () -> queue.progress(lease, Progress.NONE)),
                    Map.entry("complete", () -> queue.complete(lease)),
                    Map.entry("fail", () -> queue.fail(lease, Failure.retryable("no"))),
                    Map.entry("release", () -> queue.release(lease)),
                    Map.entry("cancel", () -> queue.cancel(lease.key())),
                    Map.entry("find", () -> queue.find(lease.key())),
                    Map.entry("position", () -> queue.position(lease.key())),
                    Map.entry("list", () -> queue.list(Phase.PENDING, Optional.empty(), 1)),
                    Map.entry("overview", queue::overview),
                    Map.entry("suspend", queue::suspend),
                    Map.entry("resume", queue::resume),
                    Map.entry("prune", () -> queue.prune(Duration.ZERO, 1)));
            calls.forEach((name, call) -> assertThatThrownBy(call).as(name).isInstanceOf(QueueException.class));
        }
    }

    /** As a shutdown hook and a {@code try} statement do. */
    @Test
    default void Q18_closing_from_several_threads_returns_to_each_when_the_queue_is_closed()
            throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            List<Boolean> closed = Race.run(4, i -> () -> {
                queue.close();
                return isClosed(queue);
            });

            assertThat(closed)
                    .as("whether the queue was closed when close() returned")
                    .containsOnly(true);
        }
    }

    private static boolean isClosed(QueueManager queue) {
        try {
            queue.overview();
            return false;
        } catch (QueueException e) {
            return true;
        }
    }

    @Test
    default void Q18_closing_ends_a_waiting_call_with_the_error_of_the_port() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            try (BlockedLease lease = BlockedLease.start(queue, WORKER)) {

                queue.close();

                assertThat(lease.failure()).isInstanceOf(QueueException.class);
            }
        }
    }
}
