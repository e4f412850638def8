package org.armlib.tck;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InProgress;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.KeyConflictException;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Parameters;
import org.armlib.domain.Pending;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RequestState;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.TraceContext;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Enqueued.Outcome;
import org.armlib.ports.Page;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.Renewal;

/** Queues that each break one rule, as real ones have. */
// The lock that is not there is what is wrong with some of them.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class BrokenQueues {
    private BrokenQueues() {}

    /** What JUnit runs: the contract over a broken queue. */
    abstract static class Broken implements QueueContract {
        private final ReferenceQueueFixture.Constructor constructor;

        Broken(ReferenceQueueFixture.Constructor constructor) {
            this.constructor = constructor;
        }

        @Override
        public QueueFixture newQueue(RetryPolicy policy) {
            return ReferenceQueueFixture.of(policy, constructor);
        }
    }

    /** Gives another thread the time to come between. */
    private static void pause() {
        LockSupport.parkNanos(200_000);
    }

    static class LeasesTwice extends Broken {
        LeasesTwice() {
            super(Queue::new);
        }

        private static class Queue extends ReferenceQueue {
            Queue(RetryPolicy policy, Clock clock) {
                super(policy, clock);
            }

            @Override
            public List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) {
                List<Submission> claimed = new ArrayList<>();
                synchronized (this) {
                    entries.values().stream()
                            .sorted(order())
                            .flatMap(entry -> claim(entry.submission(), worker).stream())
                            .limit(max)
                            .forEach(claimed::add);
                }
                Thread.onSpinWait();
                claimed.forEach(this::put);
                return claimed.stream().flatMap(one -> one.leased().stream()).toList();
            }
        }
    }

    static class DerivesTokensFromTheTime extends Broken {
        DerivesTokensFromTheTime() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Optional<Submission> claim(Submission submission, WorkerId worker) {
                    return submission.claim(worker, new UUID(0, now().toEpochMilli()), policy, now());
                }
            });
        }
    }

    static class OverwritesOnFinish extends Broken {
        OverwritesOnFinish() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public Submission complete(Lease lease) {
                    Submission done = find(lease.key()).orElseThrow().complete(lease, now());
                    pause();
                    put(done);
                    return done;
                }
            });
        }
    }

    static class AcceptsStaleLeases extends Broken {
        AcceptsStaleLeases() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Submission complete(Lease lease) {
                    Submission current = find(lease.key()).orElseThrow();
                    return super.complete(current.state() instanceof InProgress running ? running.lease() : lease);
                }
            });
        }
    }

    static class ForgetsStickyCallers extends Broken {
        ForgetsStickyCallers() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Enqueued joined(Submission known, BatchRequest request) {
                    return new Enqueued(Outcome.JOINED, known);
                }
            });
        }
    }

    static class DoesNotTellTheWorkerOfStickyCallers extends Broken {
        DoesNotTellTheWorkerOfStickyCallers() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized LeasedRequest renew(Lease lease) {
                    LeasedRequest renewed = super.renew(lease);
                    return new LeasedRequest(
                            renewed.lease(), QueueSamples.request(lease.key().value()), renewed.submitted());
                }
            });
        }
    }

    static class DoesNotEscapeParameters extends Broken {
        DoesNotEscapeParameters() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                synchronized void put(Submission submission) {
                    StringBuilder query = new StringBuilder();
                    BatchRequest request = submission.request();
                    request.parameters()
                            .asMap()
                            .forEach((name, values) -> values.forEach(value ->
                                    query.append(name).append('=').append(value).append('&')));
                    Parameters parsed;
                    try {
                        parsed = Parameters.parse(query.toString());
                    } catch (InvalidRequestException e) {
                        parsed = Parameters.none();
                    }
                    super.put(withParameters(submission, parsed));
                }
            });
        }
    }

    static class KeepsNamesAndValuesAlone extends Broken {
        KeepsNamesAndValuesAlone() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                synchronized void put(Submission submission) {
                    super.put(withParameters(
                            submission,
                            Parameters.of(submission.request().parameters().asMap())));
                }
            });
        }
    }

    static class SortsValues extends Broken {
        SortsValues() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                synchronized void put(Submission submission) {
                    Map<String, List<Optional<String>>> sorted = new LinkedHashMap<>();
                    submission
                            .request()
                            .parameters()
                            .occurrences()
                            .forEach((name, values) -> sorted.put(
                                    name,
                                    values.stream()
                                            .sorted(Comparator.comparing(value -> value.orElse("")))
                                            .toList()));
                    super.put(withParameters(submission, Parameters.ofOccurrences(sorted)));
                }
            });
        }
    }

    static class DropsTraces extends Broken {
        DropsTraces() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                synchronized void put(Submission submission) {
                    super.put(traced(submission, Optional.empty()));
                }
            });
        }
    }

    static class TakesTheTraceOfWhoJoins extends Broken {
        TakesTheTraceOfWhoJoins() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Enqueued submit(BatchRequest request) {
                    Enqueued answer = super.submit(request);
                    put(traced(answer.submission(), request.trace()));
                    return answer;
                }
            });
        }
    }

    static class KeepsTheFirstTraceForEver extends Broken {
        KeepsTheFirstTraceForEver() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                synchronized void put(Submission submission) {
                    Optional<TraceContext> first = get(submission.key())
                            .flatMap(there -> there.request().trace());
                    super.put(first.isPresent() ? traced(submission, first) : submission);
                }
            });
        }
    }

    private static Submission withParameters(Submission submission, Parameters parameters) {
        BatchRequest request = submission.request();
        return new Submission(
                submission.id(),
                new BatchRequest(
                        request.key(),
                        request.requestUri(),
                        parameters,
                        request.cachePolicy(),
                        request.estimatedTime(),
                        request.priority(),
                        request.trace()),
                submission.submitted(),
                submission.state());
    }

    private static Submission traced(Submission submission, Optional<TraceContext> trace) {
        BatchRequest request = submission.request();
        return new Submission(
                submission.id(),
                new BatchRequest(
                        request.key(),
                        request.requestUri(),
                        request.parameters(),
                        request.cachePolicy(),
                        request.estimatedTime(),
                        request.priority(),
                        trace),
                submission.submitted(),
                submission.state());
    }

    static class FoldsKeys extends Broken {
        FoldsKeys() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Optional<Submission> get(RequestKey key) {
                    return entries.values().stream()
                            .map(Entry::submission)
                            .filter(one -> one.key().value().equalsIgnoreCase(key.value()))
                            .findFirst();
                }
            });
        }
    }

    static class IgnoresPriority extends Broken {
        IgnoresPriority() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Comparator<Entry> order() {
                    return Comparator.comparing(Entry::sequence);
                }
            });
        }
    }

    static class LastInFirstOut extends Broken {
        LastInFirstOut() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Comparator<Entry> order() {
                    return Comparator.comparing((Entry entry) ->
                                    entry.submission().request().priority())
                            .thenComparing(Entry::sequence)
                            .reversed();
                }
            });
        }
    }

    static class OrdersByTimeAlone extends Broken {
        OrdersByTimeAlone() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Comparator<Entry> order() {
                    return Comparator.comparing((Entry entry) ->
                                    -entry.submission().request().priority())
                            .thenComparing(entry -> entry.submission().id());
                }
            });
        }
    }

    static class NeverTakesOverExpiredLeases extends Broken {
        NeverTakesOverExpiredLeases() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Optional<Submission> claim(Submission submission, WorkerId worker) {
                    return submission.phase() == Phase.IN_PROGRESS ? Optional.empty() : super.claim(submission, worker);
                }
            });
        }
    }

    static class TriesForEver extends Broken {
        TriesForEver() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Optional<Submission> claim(Submission submission, WorkerId worker) {
                    RetryPolicy endless =
                            new RetryPolicy(Integer.MAX_VALUE, policy.backoff(), policy.visibilityTimeout());
                    return submission.claim(worker, UUID.randomUUID(), endless, now());
                }
            });
        }
    }

    static class StopsAtSpentRequests extends Broken {
        StopsAtSpentRequests() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                List<LeasedRequest> claim(WorkerId worker, int max) {
                    List<Submission> claimed = entries.values().stream()
                            .sorted(order())
                            .flatMap(entry -> claim(entry.submission(), worker).stream())
                            .limit(max)
                            .toList();
                    claimed.forEach(this::put);
                    return claimed.stream()
                            .flatMap(one -> one.leased().stream())
                            .toList();
                }
            });
        }
    }

    static class LooksAtTheFirstAlone extends Broken {
        LooksAtTheFirstAlone() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                List<LeasedRequest> claim(WorkerId worker, int max) {
                    List<Entry> pending = in(Phase.PENDING);
                    return !pending.isEmpty()
                                    && claim(pending.get(0).submission(), worker)
                                            .isEmpty()
                            ? List.of()
                            : super.claim(worker, max);
                }
            });
        }
    }

    static class DoesNotWakeAnybody extends Broken {
        DoesNotWakeAnybody() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                void wake() {}
            });
        }
    }

    static class SwallowsInterruption extends Broken {
        SwallowsInterruption() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) {
                    try {
                        return super.lease(worker, max, wait);
                    } catch (InterruptedException e) {
                        return List.of();
                    }
                }
            });
        }
    }

    static class LooksAlthoughInterrupted extends Broken {
        LooksAlthoughInterrupted() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized List<LeasedRequest> lease(WorkerId worker, int max, Duration wait)
                        throws InterruptedException {
                    return wait.isZero() ? claim(worker, max) : super.lease(worker, max, wait);
                }
            });
        }
    }

    static class LosesWorkOnInterruption extends Broken {
        LosesWorkOnInterruption() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized List<LeasedRequest> lease(WorkerId worker, int max, Duration wait)
                        throws InterruptedException {
                    try {
                        return super.lease(worker, max, wait);
                    } catch (InterruptedException e) {
                        // Long enough that the work which comes with the interruption is there.
                        long until = System.nanoTime() + Duration.ofMillis(20).toNanos();
                        while (System.nanoTime() < until) {
                            wait(1);
                        }
                        claim(worker, max);
                        throw e;
                    }
                }
            });
        }
    }

    static class BreaksOffWhenInterrupted extends Broken {
        BreaksOffWhenInterrupted() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Submission complete(Lease lease) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new QueueException("interrupted", true);
                    }
                    return super.complete(lease);
                }
            });
        }
    }

    static class CountsReleasedAttempts extends Broken {
        CountsReleasedAttempts() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Submission update(Lease lease, UnaryOperator<Submission> transition) {
                    Submission updated = super.update(lease, transition);
                    if (updated.state() instanceof Pending pending
                            && pending.givenUp()
                                    .filter(gone -> gone.how() == Pending.How.RELEASED)
                                    .isPresent()) {
                        Submission counted = new Submission(
                                updated.id(),
                                updated.request(),
                                updated.submitted(),
                                new Pending(
                                        lease.attempt(),
                                        pending.fence(),
                                        pending.notBefore(),
                                        pending.lastFailure(),
                                        pending.givenUp()));
                        put(counted);
                        return counted;
                    }
                    return updated;
                }
            });
        }
    }

    static class HoldsWithoutDelay extends Broken {
        HoldsWithoutDelay() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay) {
                    return super.hold(lease, by, reason, Duration.ZERO);
                }
            });
        }
    }

    static class CountsHeldAttempts extends Broken {
        CountsHeldAttempts() {
            super((policy, clock) -> new Rewriting(policy, clock) {
                @Override
                Submission rewrite(Submission submission) {
                    return submission.state() instanceof Pending pending
                                    && pending.hold().isPresent()
                            ? with(
                                    submission,
                                    new Pending(
                                            pending.attempts() + 1,
                                            pending.fence(),
                                            pending.notBefore(),
                                            pending.lastFailure(),
                                            pending.givenUp(),
                                            pending.hold()))
                            : submission;
                }
            });
        }
    }

    static class ForgetsHolds extends Broken {
        ForgetsHolds() {
            super((policy, clock) -> new Rewriting(policy, clock) {
                @Override
                Submission rewrite(Submission submission) {
                    return submission.state() instanceof Pending pending
                            ? held(submission, pending, Optional.empty())
                            : submission;
                }
            });
        }
    }

    static class ForgetsHoldsOnLease extends Broken {
        ForgetsHoldsOnLease() {
            super((policy, clock) -> new Rewriting(policy, clock) {
                @Override
                Submission rewrite(Submission submission) {
                    return submission.state() instanceof InProgress running
                            ? with(submission, new InProgress(running.lease(), running.started(), running.progress()))
                            : submission;
                }

                @Override
                List<LeasedRequest> claim(WorkerId worker, int max) {
                    return super.claim(worker, max).stream()
                            .map(one -> new LeasedRequest(one.lease(), one.request(), one.submitted()))
                            .toList();
                }
            });
        }
    }

    static class KeepsHolds extends Broken {
        KeepsHolds() {
            super((policy, clock) -> new Rewriting(policy, clock) {
                private final Map<RequestKey, Hold> holds = new HashMap<>();

                @Override
                Submission rewrite(Submission submission) {
                    if (!(submission.state() instanceof Pending pending)) {
                        return submission;
                    }
                    pending.hold().ifPresent(hold -> holds.put(submission.key(), hold));
                    return held(submission, pending, Optional.ofNullable(holds.get(submission.key())));
                }
            });
        }
    }

    static class HoldsByKey extends Broken {
        HoldsByKey() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay) {
                    return super.hold(
                            get(lease.key())
                                    .flatMap(Submission::leased)
                                    .map(LeasedRequest::lease)
                                    .orElse(lease),
                            by,
                            reason,
                            delay);
                }
            });
        }
    }

    static class SleepsThroughDueTimes extends Broken {
        SleepsThroughDueTimes() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                long nanosUntilDue() {
                    return Long.MAX_VALUE;
                }
            });
        }
    }

    /** A queue that stores something else than it should. */
    private abstract static class Rewriting extends ReferenceQueue {
        Rewriting(RetryPolicy policy, Clock clock) {
            super(policy, clock);
        }

        abstract Submission rewrite(Submission submission);

        @Override
        synchronized void put(Submission submission) {
            super.put(rewrite(submission));
        }

        static Submission with(Submission submission, RequestState state) {
            return new Submission(submission.id(), submission.request(), submission.submitted(), state);
        }

        static Submission held(Submission submission, Pending pending, Optional<Hold> hold) {
            return with(
                    submission,
                    new Pending(
                            pending.attempts(),
                            pending.fence(),
                            pending.notBefore(),
                            pending.lastFailure(),
                            pending.givenUp(),
                            hold));
        }
    }

    static class AnswersWithTheOthersResult extends Broken {
        AnswersWithTheOthersResult() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                void checkSame(Submission known, BatchRequest request) {}

                @Override
                Enqueued joined(Submission known, BatchRequest request) {
                    return new Enqueued(Outcome.JOINED, known);
                }
            });
        }
    }

    static class ChecksThenInserts extends Broken {
        ChecksThenInserts() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public Enqueued submit(BatchRequest request) {
                    if (find(request.key()).isPresent()) {
                        return super.submit(request);
                    }
                    pause();
                    return added(Submission.first(request, random, now()));
                }
            });
        }
    }

    static class ResubmitsForEachCaller extends Broken {
        ResubmitsForEachCaller() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
                    Submission known = find(request.key()).orElseThrow();
                    if (known.phase() != Phase.COMPLETED) {
                        return super.resubmit(request, superseded);
                    }
                    pause();
                    return added(known.resubmit(request, random, now()));
                }
            });
        }
    }

    static class NamesSubmissionsByTheClockAlone extends Broken {
        NamesSubmissionsByTheClockAlone() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Enqueued added(Submission submission) {
                    return super.added(new Submission(
                            SubmissionId.of(now(), random),
                            submission.request(),
                            submission.submitted(),
                            submission.state()));
                }
            });
        }
    }

    static class CountsFencesFromOneAgain extends Broken {
        CountsFencesFromOneAgain() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Enqueued added(Submission submission) {
                    return super.added(Submission.first(submission.request(), random, now()));
                }
            });
        }
    }

    static class CancelsWaitingRequestsOnly extends Broken {
        CancelsWaitingRequestsOnly() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Optional<Submission> cancel(RequestKey key) {
                    return get(key).filter(known -> known.phase() == Phase.IN_PROGRESS)
                            .or(() -> super.cancel(key));
                }
            });
        }
    }

    static class CancelsFinishedRequests extends Broken {
        CancelsFinishedRequests() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Optional<Submission> cancel(RequestKey key) {
                    get(key).filter(known -> known.phase() == Phase.COMPLETED)
                            .map(known -> Submission.first(known.request(), random, now()))
                            .ifPresent(this::put);
                    return super.cancel(key);
                }
            });
        }
    }

    static class ForgetsLiveRequests extends Broken {
        ForgetsLiveRequests() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                boolean isOld(Submission submission, Instant before) {
                    return submission.submitted().isBefore(before);
                }
            });
        }
    }

    static class ForgetsEverythingAtOnce extends Broken {
        ForgetsEverythingAtOnce() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized int prune(Duration age, int limit) {
                    return super.prune(age, Integer.MAX_VALUE);
                }
            });
        }
    }

    static class ListsByOffset extends Broken {
        ListsByOffset() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
                    List<Submission> all =
                            in(phase).stream().map(Entry::submission).toList();
                    int from =
                            Math.min(all.size(), cursor.map(Integer::parseInt).orElse(0));
                    int to = Math.min(all.size(), from + limit);
                    return new Page<>(
                            all.subList(from, to),
                            to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
                }
            });
        }
    }

    static class FarPositionsAreOne extends Broken {
        FarPositionsAreOne() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Optional<QueuePosition> position(RequestKey key) {
                    return super.position(key)
                            .map(position -> position.value() <= QueuePosition.EXACT
                                    ? position
                                    : new QueuePosition(QueuePosition.EXACT + 1, true));
                }
            });
        }
    }

    static class PositionsWithoutPriority extends Broken {
        PositionsWithoutPriority() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Optional<QueuePosition> position(RequestKey key) {
                    List<RequestKey> keys = in(Phase.PENDING).stream()
                            .sorted(Comparator.comparing(Entry::sequence))
                            .map(entry -> entry.submission().key())
                            .toList();
                    return Optional.of(key)
                            .filter(keys::contains)
                            .map(known -> QueuePosition.exact(keys.indexOf(known) + 1L));
                }
            });
        }
    }

    static class RefusesRepeatedCalls extends Broken {
        RefusesRepeatedCalls() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Submission update(Lease lease, UnaryOperator<Submission> transition) {
                    if (get(lease.key())
                            .filter(one -> one.phase() == Phase.IN_PROGRESS)
                            .isEmpty()) {
                        throw new StaleLeaseException(lease, StaleLeaseException.Reason.FINISHED);
                    }
                    return super.update(lease, transition);
                }
            });
        }
    }

    static class DoesNotRenew extends Broken {
        DoesNotRenew() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized LeasedRequest renew(Lease lease) {
                    Submission before = get(lease.key()).orElseThrow();
                    LeasedRequest renewed = super.renew(lease);
                    put(before);
                    return renewed;
                }
            });
        }
    }

    static class RetriesAtOnce extends Broken {
        RetriesAtOnce() {
            super((policy, clock) -> new ReferenceQueue(
                    new RetryPolicy(policy.maxAttempts(), Backoff.fixed(Duration.ZERO), policy.visibilityTimeout()),
                    clock));
        }
    }

    static class RetriesPermanentFailures extends Broken {
        RetriesPermanentFailures() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Submission fail(Lease lease, Failure failure) {
                    return super.fail(lease, Failure.retryable(failure.message()));
                }
            });
        }
    }

    static class LeasesWhileSuspended extends Broken {
        LeasesWhileSuspended() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized List<LeasedRequest> lease(WorkerId worker, int max, Duration wait)
                        throws InterruptedException {
                    List<LeasedRequest> leased = claim(worker, max);
                    return leased.isEmpty() ? super.lease(worker, max, wait) : leased;
                }
            });
        }
    }

    static class StaysOpen extends Broken {
        StaysOpen() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                void checkOpen() {}
            });
        }
    }

    static class AnswersListsInAnyOrder extends Broken {
        AnswersListsInAnyOrder() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public List<Enqueued> submitAll(List<BatchRequest> requests) {
                    return super.submitAll(requests).stream()
                            .sorted(Comparator.comparing(
                                    answer -> answer.submission().key().value()))
                            .toList();
                }

                @Override
                public List<Renewal> renewAll(List<Lease> leases) {
                    return super.renewAll(leases).stream()
                            .sorted(Comparator.comparing(answer -> answer instanceof Renewal.Refused))
                            .toList();
                }
            });
        }
    }

    static class LooksForAllBeforeItAddsAny extends Broken {
        LooksForAllBeforeItAddsAny() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public List<Enqueued> submitAll(List<BatchRequest> requests) {
                    List<BatchRequest> unknown = requests.stream()
                            .filter(request -> find(request.key()).isEmpty())
                            .toList();
                    pause();
                    return requests.stream()
                            .map(request -> unknown.contains(request)
                                    ? added(Submission.first(request, random, now()))
                                    : submit(request))
                            .toList();
                }
            });
        }
    }

    static class GoesOnBehindARefusedRequest extends Broken {
        GoesOnBehindARefusedRequest() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public List<Enqueued> submitAll(List<BatchRequest> requests) {
                    List<Enqueued> answers = new ArrayList<>();
                    List<KeyConflictException> conflicts = new ArrayList<>();
                    for (BatchRequest request : requests) {
                        try {
                            answers.add(submit(request));
                        } catch (KeyConflictException e) {
                            conflicts.add(e);
                        }
                    }
                    conflicts.forEach(conflict -> {
                        throw conflict;
                    });
                    return answers;
                }
            });
        }
    }

    static class NamesTheLastConflict extends Broken {
        NamesTheLastConflict() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized List<Enqueued> submitAll(List<BatchRequest> requests) {
                    for (int i = requests.size() - 1; i >= 0; i--) {
                        BatchRequest request = requests.get(i);
                        get(request.key()).ifPresent(known -> checkSame(known, request));
                    }
                    return super.submitAll(requests);
                }
            });
        }
    }

    static class AddsAListBackwards extends Broken {
        AddsAListBackwards() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public List<Enqueued> submitAll(List<BatchRequest> requests) {
                    return reversed(super.submitAll(reversed(requests)));
                }
            });
        }
    }

    private static <T> List<T> reversed(List<T> list) {
        List<T> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }

    static class WakesOneWorkerForAList extends Broken {
        WakesOneWorkerForAList() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                private boolean quiet;

                @Override
                void wake() {
                    if (!quiet) {
                        super.wake();
                    }
                }

                @Override
                public synchronized List<Enqueued> submitAll(List<BatchRequest> requests) {
                    quiet = true;
                    List<Enqueued> answers = super.submitAll(requests);
                    quiet = false;
                    notify();
                    return answers;
                }
            });
        }
    }

    static class CutsLongLists extends Broken {
        CutsLongLists() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public List<Enqueued> submitAll(List<BatchRequest> requests) {
                    return super.submitAll(requests.subList(0, Math.min(999, requests.size())));
                }

                @Override
                public List<Renewal> renewAll(List<Lease> leases) {
                    return super.renewAll(leases.subList(0, Math.min(999, leases.size())));
                }
            });
        }
    }

    static class RenewsByKeyWhenThereAreMany extends Broken {
        RenewsByKeyWhenThereAreMany() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized List<Renewal> renewAll(List<Lease> leases) {
                    return super.renewAll(leases.stream().map(this::currentOf).toList());
                }

                private Lease currentOf(Lease lease) {
                    return get(lease.key())
                            .flatMap(Submission::leased)
                            .map(LeasedRequest::lease)
                            .orElse(lease);
                }
            });
        }
    }

    static class OneStaleLeaseRefusesAll extends Broken {
        OneStaleLeaseRefusesAll() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public List<Renewal> renewAll(List<Lease> leases) {
                    return leases.stream()
                            .<Renewal>map(lease -> new Renewal.Renewed(renew(lease)))
                            .toList();
                }
            });
        }
    }

    static class AnswersWithoutRenewing extends Broken {
        AnswersWithoutRenewing() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized List<Renewal> renewAll(List<Lease> leases) {
                    List<Submission> before = leases.stream()
                            .flatMap(lease -> get(lease.key()).stream())
                            .toList();
                    List<Renewal> answers = super.renewAll(leases);
                    before.forEach(this::put);
                    return answers;
                }
            });
        }
    }

    static class OverwritesOnRenewalOfMany extends Broken {
        OverwritesOnRenewalOfMany() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public List<Renewal> renewAll(List<Lease> leases) {
                    return leases.stream().map(this::renewal).toList();
                }

                private Renewal renewal(Lease lease) {
                    try {
                        Submission renewed = find(lease.key()).orElseThrow().renew(lease, policy, now());
                        pause();
                        put(renewed);
                        return new Renewal.Renewed(renewed.leased().orElseThrow());
                    } catch (StaleLeaseException e) {
                        return new Renewal.Refused(e);
                    }
                }
            });
        }
    }

    static class LeavesTheSecondCloserBeforeTheFirstIsDone extends Broken {
        LeavesTheSecondCloserBeforeTheFirstIsDone() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                private final AtomicBoolean closing = new AtomicBoolean();

                @Override
                public void close() {
                    if (closing.compareAndSet(false, true)) {
                        pause();
                        super.close();
                    }
                }
            });
        }
    }
}
