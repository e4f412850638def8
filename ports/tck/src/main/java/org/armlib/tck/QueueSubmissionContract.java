package org.armlib.tck;

import static org.armlib.tck.QueueSamples.OTHER_TRACE;
import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.TRACE;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.assertSame;
import static org.armlib.tck.QueueSamples.awkwardParameters;
import static org.armlib.tck.QueueSamples.awkwardQueries;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.IllegalTransitionException;
import org.armlib.domain.KeyConflictException;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Pending;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.TraceContext;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Enqueued.Outcome;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** What a queue takes in: identity (I), submit and resubmit (Q01), the joining of callers (Q02), their traces (Q19). */
public interface QueueSubmissionContract extends QueueMaker {

    @Test
    default void I01_keys_of_every_legal_form_are_told_apart() throws InterruptedException {
        List<BatchRequest> requests = Stream.of(
                        "report", "Report", "REPORT", "con", "nul", "a:b", "~", "a.", "-_~!$&'()*+,;=:@", "*")
                .map(QueueSamples::request)
                .toList();
        List<BatchRequest> longOnes = List.of(request("k".repeat(200)), request("k".repeat(199) + "K"));
        List<BatchRequest> all =
                Stream.concat(requests.stream(), longOnes.stream()).toList();
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            assertThat(all)
                    .allSatisfy(request ->
                            assertThat(queue.submit(request).outcome()).isEqualTo(Outcome.ADDED));

            assertThat(all)
                    .allSatisfy(
                            request -> assertThat(found(queue, request).key()).isEqualTo(request.key()));
            assertThat(QueueSamples.leaseAll(queue)).containsExactlyInAnyOrderElementsOf(keysOf(all));
        }
    }

    @Test
    default void I02_wishes_are_no_part_of_identity() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));

            Enqueued again = queue.submit(newRequest("a")
                    .priority(7)
                    .estimatedTime(Duration.ofHours(1))
                    .build());

            assertThat(again.outcome()).isEqualTo(Outcome.JOINED);
        }
    }

    @Test
    default void I04_a_key_in_use_is_refused_to_a_different_request() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission first = submit(queue, request("a"));
            assertConflict(queue, first.id());

            LeasedRequest leased = leaseOne(queue);
            assertConflict(queue, first.id());

            queue.complete(leased.lease());
            assertConflict(queue, first.id());

            Submission second = queue.resubmit(request("a"), first.id()).submission();
            queue.fail(leaseOne(queue).lease(), Failure.permanent("no"));
            assertConflict(queue, second.id());

            Submission third = submit(queue, request("a"));
            queue.cancel(third.key());
            assertConflict(queue, third.id());
        }
    }

    private static void assertConflict(QueueManager queue, SubmissionId current) {
        Submission before = found(queue, request("a"));
        assertThatThrownBy(() -> queue.submit(different("a"))).isInstanceOf(KeyConflictException.class);
        assertThatThrownBy(() -> queue.resubmit(different("a"), current)).isInstanceOf(KeyConflictException.class);
        assertThat(found(queue, request("a"))).isEqualTo(before);
    }

    @Test
    default void I05_every_field_of_a_request_survives_the_queue() throws InterruptedException {
        BatchRequest request = BatchRequest.of("/a%2Fb/%C3%A9;v=1/\u00e9~")
                .parameters(awkwardParameters())
                .estimatedTime(Duration.ofMillis(5_025_678))
                .priority(-3)
                .sticky()
                .trace(TRACE)
                .build();
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            QueueManager other = fixture.open();

            assertSame(queue.submit(request).submission().request(), request);

            assertSame(found(other, request).request(), request);
            assertSame(
                    other.list(Phase.PENDING, Optional.empty(), 10)
                            .items()
                            .get(0)
                            .request(),
                    request);
            LeasedRequest leased = leaseOne(other);
            assertSame(leased.request(), request);
            assertSame(other.renew(leased.lease()).request(), request);
            assertSame(other.complete(leased.lease()).request(), request);
            assertSame(found(queue, request).request(), request);
        }
    }

    @Test
    default void I05_parameters_that_differ_in_little_are_different_requests() {
        List<BatchRequest> similar = Stream.concat(
                        Stream.of(
                                "/r?a=b&c=d",
                                "/r?a=b%26c%3Dd",
                                "/r?a=&a=",
                                "/r?a=",
                                "/r?a",
                                "/r?a=null",
                                "/r?A=",
                                "/r?point=Paris&point=London",
                                "/r?point=London&point=Paris"),
                        awkwardQueries().stream().map(query -> "/r?" + query))
                .map(query -> BatchRequest.parse(query).build())
                .toList();
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            assertThat(similar)
                    .allSatisfy(request ->
                            assertThat(queue.submit(request).outcome()).isEqualTo(Outcome.ADDED));

            assertThat(similar)
                    .allSatisfy(request -> assertSame(found(queue, request).request(), request));
        }
    }

    @Test
    default void I04_a_key_in_use_is_refused_to_the_same_values_in_another_order() {
        RequestKey key = new RequestKey("k");
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(
                    BatchRequest.parse("/r?point=Paris&point=London&x").key(key).build());

            for (String other : List.of("/r?point=London&point=Paris&x", "/r?point=Paris&point=London&x=")) {
                assertThatThrownBy(() -> fixture.open()
                                .submit(BatchRequest.parse(other).key(key).build()))
                        .as(other)
                        .isInstanceOf(KeyConflictException.class);
            }
            assertThat(queue.submit(BatchRequest.parse("/r?x&point=Paris&point=London")
                                    .key(key)
                                    .build())
                            .outcome())
                    .isEqualTo(Outcome.JOINED);
        }
    }

    @Test
    default void I05_what_workers_report_survives_the_queue() throws InterruptedException {
        String reason = "\u00e9 \ud83d\ude00 \"quoted\" \\ line\nbreak ".repeat(100);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            LeasedRequest leased = submitAndLease(queue, request("a"));

            queue.fail(leased.lease(), Failure.permanent(reason));

            assertThat(found(fixture.open(), request("a")).state())
                    .isInstanceOfSatisfying(
                            Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Failure.permanent(reason)));
        }
    }

    @Test
    default void I05_the_highest_and_the_lowest_priority_survive_the_queue() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(newRequest("low").priority(Integer.MIN_VALUE).build());
            queue.submit(newRequest("middle").build());
            queue.submit(newRequest("high").priority(Integer.MAX_VALUE).build());

            assertThat(QueueSamples.leaseAll(queue))
                    .containsExactly(new RequestKey("high"), new RequestKey("middle"), new RequestKey("low"));
        }
    }

    @Test
    default void Q01_a_new_request_is_added_and_found_by_every_instance() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            Enqueued answer = queue.submit(request("a"));

            assertThat(answer.outcome()).isEqualTo(Outcome.ADDED);
            assertThat(answer.submission().state()).isInstanceOfSatisfying(Pending.class, pending -> {
                assertThat(pending.attempts()).isZero();
                assertThat(pending.fence()).isZero();
                assertThat(pending.lastFailure()).isEmpty();
            });
            assertThat(fixture.open().find(new RequestKey("a"))).contains(answer.submission());
        }
    }

    @Test
    default void Q01_an_unknown_key_is_not_found() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            assertThat(queue.find(new RequestKey("a"))).isEmpty();
            assertThat(queue.position(new RequestKey("a"))).isEmpty();
            assertThat(queue.cancel(new RequestKey("a"))).isEmpty();
        }
    }

    @Test
    default void Q01_a_live_request_is_joined() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission first = submit(queue, request("a"));

            Enqueued whilePending = fixture.open().submit(request("a"));
            LeasedRequest leased = leaseOne(queue);
            Enqueued whileRunning = fixture.open().submit(request("a"));

            assertThat(whilePending).isEqualTo(new Enqueued(Outcome.JOINED, first));
            assertThat(whileRunning.outcome()).isEqualTo(Outcome.JOINED);
            assertThat(whileRunning.submission().phase()).isEqualTo(Phase.IN_PROGRESS);
            assertThat(whileRunning.submission().id()).isEqualTo(first.id());
            queue.complete(leased.lease());
        }
    }

    @Test
    default void Q01_a_completed_request_is_reported_and_nothing_is_added() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission done = queue.complete(submitAndLease(queue, request("a")).lease());

            Enqueued again = queue.submit(request("a"));

            assertThat(again).isEqualTo(new Enqueued(Outcome.ALREADY_COMPLETED, done));
            QueueSamples.assertNothingToLease(queue);
        }
    }

    @Test
    default void Q01_a_failed_or_cancelled_request_is_submitted_anew() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission failed = queue.fail(submitAndLease(queue, request("a")).lease(), Failure.permanent("no"));
            Submission cancelled = submit(queue, request("b"));
            queue.cancel(cancelled.key());

            assertAnew(queue, failed);
            assertAnew(queue, cancelled);
        }
    }

    private static void assertAnew(QueueManager queue, Submission before) throws InterruptedException {
        Enqueued again = queue.submit(before.request());
        assertThat(again.outcome()).isEqualTo(Outcome.ADDED);
        assertThat(again.submission().id()).isGreaterThan(before.id());
        assertThat(again.submission().state().attempts()).isZero();
        LeasedRequest leased = leaseOne(queue);
        assertThat(leased.lease().key()).isEqualTo(before.key());
        assertThat(leased.lease().submission()).isEqualTo(again.submission().id());
        assertThat(leased.lease().attempt()).isEqualTo(1);
    }

    @Test
    default void Q01_one_request_submitted_by_many_at_once_is_added_once() throws InterruptedException {
        List<BatchRequest> requests = requests("r", RaceSize.of(250));
        try (QueueFixture fixture = newQueue(POLICY)) {
            List<List<Enqueued>> answers = Race.run(8, i -> {
                QueueManager queue = fixture.open();
                return () -> requests.stream().map(queue::submit).toList();
            });

            for (int r = 0; r < requests.size(); r++) {
                int index = r;
                List<Enqueued> same =
                        answers.stream().map(list -> list.get(index)).toList();
                assertThat(same)
                        .filteredOn(answer -> answer.outcome() == Outcome.ADDED)
                        .hasSize(1);
                assertThat(same.stream().map(answer -> answer.submission().id()).distinct())
                        .hasSize(1);
            }
            assertThat(QueueSamples.leaseAll(fixture.open())).containsExactlyInAnyOrderElementsOf(keysOf(requests));
        }
    }

    @Test
    default void Q01_a_completed_request_is_resubmitted_in_place_of_the_one_named() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission done = queue.complete(submitAndLease(queue, request("a")).lease());

            Enqueued again = queue.resubmit(sticky("a"), done.id());

            assertThat(again.outcome()).isEqualTo(Outcome.ADDED);
            assertThat(again.submission().id()).isGreaterThan(done.id());
            assertThat(again.submission().request().sticky()).isTrue();
            assertThat(found(queue, request("a"))).isEqualTo(again.submission());
            assertThat(leaseOne(queue).lease().submission())
                    .isEqualTo(again.submission().id());
        }
    }

    @Test
    default void Q01_a_resubmission_that_comes_second_joins() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission done = queue.complete(submitAndLease(queue, request("a")).lease());
            Submission current = queue.resubmit(request("a"), done.id()).submission();

            assertThat(queue.resubmit(request("a"), done.id())).isEqualTo(new Enqueued(Outcome.JOINED, current));

            queue.complete(leaseOne(queue).lease());
            assertThat(queue.resubmit(request("a"), done.id()).submission().id())
                    .as("the one that took its place, completed meanwhile")
                    .isEqualTo(current.id());
        }
    }

    @Test
    default void Q01_a_resubmission_raced_by_many_is_made_once() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            List<QueueManager> instances =
                    Stream.generate(fixture::open).limit(8).toList();
            for (int round = 0; round < RaceSize.of(100); round++) {
                BatchRequest request = request("r-" + round);
                SubmissionId superseded =
                        queue.complete(submitAndLease(queue, request).lease()).id();

                List<Enqueued> answers = Race.run(8, i -> () -> instances.get(i).resubmit(request, superseded));

                assertThat(answers)
                        .filteredOn(answer -> answer.outcome() == Outcome.ADDED)
                        .hasSize(1);
                assertThat(answers.stream().map(answer -> answer.submission().id()))
                        .containsOnly(found(queue, request).id());
                queue.cancel(request.key());
            }
        }
    }

    @Test
    default void Q01_a_live_request_cannot_be_resubmitted() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission live = submit(queue, request("a"));

            assertThatThrownBy(() -> queue.resubmit(request("a"), live.id()))
                    .isInstanceOf(IllegalTransitionException.class);
            leaseOne(queue);
            assertThatThrownBy(() -> queue.resubmit(request("a"), live.id()))
                    .isInstanceOf(IllegalTransitionException.class);

            assertThat(phase(queue, request("a"))).isEqualTo(Phase.IN_PROGRESS);
        }
    }

    @Test
    default void Q01_a_resubmission_of_a_forgotten_request_orders_after_it() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            SubmissionId clock = submit(queue, request("clock")).id();
            SubmissionId ahead =
                    new SubmissionId(clock.time() + Duration.ofDays(1).toMillis(), -1L);

            Enqueued added = queue.resubmit(request("a"), ahead);

            assertThat(added.outcome()).isEqualTo(Outcome.ADDED);
            assertThat(added.submission().id()).isGreaterThan(ahead);
            assertThat(found(queue, request("a"))).isEqualTo(added.submission());
        }
    }

    @Test
    default void Q01_submissions_of_a_key_order_by_time_however_fast_they_follow() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            List<SubmissionId> ids = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                ids.add(submit(queue, request("a")).id());
                queue.cancel(new RequestKey("a"));
            }

            assertThat(ids).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    default void Q02_a_sticky_caller_makes_a_waiting_request_sticky_and_none_undoes_it() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));

            Enqueued joined = fixture.open().submit(sticky("a"));
            Enqueued after = queue.submit(request("a"));

            assertThat(joined.submission().request().sticky()).isTrue();
            assertThat(after.submission().request().sticky()).isTrue();
            assertThat(leaseOne(queue).request().sticky()).isTrue();
        }
    }

    @Test
    default void Q02_the_running_worker_learns_of_a_sticky_caller_when_it_renews() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            LeasedRequest leased = submitAndLease(queue, request("a"));
            assertThat(leased.request().sticky()).isFalse();

            fixture.open().submit(sticky("a"));

            assertThat(queue.renew(leased.lease()).request().sticky()).isTrue();
            assertThat(queue.complete(leased.lease()).request().sticky()).isTrue();
        }
    }

    @Test
    default void Q02_a_sticky_caller_who_was_told_that_he_joined_is_never_forgotten() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager caller = fixture.open();
            QueueManager worker = fixture.open();
            for (int round = 0; round < RaceSize.of(200); round++) {
                BatchRequest request = request("r-" + round);
                caller.submit(request);

                List<Enqueued> answers = Race.<Enqueued>run(List.of(
                        () -> caller.submit(request.withCachePolicy(sticky("s").cachePolicy())), () -> {
                            LeasedRequest leased = leaseOne(worker, WORKER);
                            worker.renew(leased.lease());
                            return new Enqueued(Outcome.ALREADY_COMPLETED, worker.complete(leased.lease()));
                        }));

                if (answers.get(0).outcome() == Outcome.JOINED) {
                    assertThat(found(caller, request).request().sticky()).isTrue();
                }
            }
        }
    }

    @Test
    default void Q19_the_trace_of_who_submits_is_told_to_workers_and_to_whoever_asks() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            QueueManager other = fixture.open();

            Submission pending = submit(queue, traced("a", TRACE));
            assertThat(pending.request().trace()).contains(TRACE);
            assertTold(other, TRACE, Phase.PENDING);

            LeasedRequest leased = leaseOne(other);
            assertThat(leased.request().trace()).contains(TRACE);
            assertThat(other.renew(leased.lease()).request().trace()).contains(TRACE);
            assertTold(queue, TRACE, Phase.IN_PROGRESS);

            other.release(leased.lease());
            LeasedRequest again = leaseOne(queue);
            assertThat(again.request().trace()).contains(TRACE);

            assertThat(queue.complete(again.lease()).request().trace()).contains(TRACE);
            assertTold(other, TRACE, Phase.COMPLETED);
        }
    }

    private static void assertTold(QueueManager queue, TraceContext trace, Phase phase) {
        assertThat(found(queue, request("a")).request().trace()).contains(trace);
        assertThat(queue.list(phase, Optional.empty(), 10).items())
                .extracting(submission -> submission.request().trace())
                .containsExactly(Optional.of(trace));
    }

    @Test
    default void Q19_of_callers_who_meet_the_first_ones_trace_stays() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(traced("a", TRACE));
            queue.submit(request("b"));

            queue.submit(traced("a", OTHER_TRACE));
            queue.submit(newRequest("a").sticky().trace(OTHER_TRACE).build());
            queue.submit(request("a"));
            queue.submit(traced("b", OTHER_TRACE));

            assertThat(leaseOne(queue).request())
                    .isEqualTo(newRequest("a").sticky().trace(TRACE).build());
            assertThat(leaseOne(queue).request()).isEqualTo(request("b"));
        }
    }

    @Test
    default void Q19_a_new_submission_has_the_trace_of_its_own_submitter() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            queue.fail(submitAndLease(queue, traced("a", TRACE)).lease(), Failure.permanent("no"));
            queue.submit(traced("a", OTHER_TRACE));
            LeasedRequest second = leaseOne(queue);
            assertThat(second.request().trace()).contains(OTHER_TRACE);

            SubmissionId done = queue.complete(second.lease()).id();
            SubmissionId third =
                    queue.resubmit(traced("a", TRACE), done).submission().id();
            assertTold(queue, TRACE, Phase.PENDING);

            queue.cancel(new RequestKey("a"));
            assertThat(queue.resubmit(request("a"), third)
                            .submission()
                            .request()
                            .trace())
                    .isEmpty();
            assertThat(leaseOne(queue).request().trace()).isEmpty();
        }
    }
}
