package org.armlib.tck;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Completed;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InProgress;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.KeyConflictException;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Pending;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RequestState;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.DurationSample;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Enqueued.Outcome;
import org.armlib.ports.Page;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.RunningRequest;

/** The plainest queue that keeps every rule: one map, one lock, and a look at everything for each answer. */
class ReferenceQueue implements QueueManager {
    /** A submission and its place in the order of submissions. */
    record Entry(long sequence, Submission submission) {}

    final RetryPolicy policy;
    final Clock clock;
    final RandomGenerator random = RandomGenerator.getDefault();
    final Map<RequestKey, Entry> entries = new LinkedHashMap<>();
    final Map<WorkerId, Instant> workers = new HashMap<>();
    private long lastSequence;
    private Instant latest = Instant.EPOCH;
    private boolean suspended;
    private boolean closed;

    ReferenceQueue(RetryPolicy policy, Clock clock) {
        this.policy = policy;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /** Who is leased first. */
    Comparator<Entry> order() {
        return Comparator.comparing(
                        (Entry entry) -> entry.submission().request().priority())
                .reversed()
                .thenComparing(Entry::sequence);
    }

    /** Wakes those who wait for work. */
    void wake() {
        notifyAll();
    }

    synchronized void put(Submission submission) {
        Entry before = entries.get(submission.key());
        boolean same = before != null && before.submission().id().equals(submission.id());
        entries.put(
                submission.key(), new Entry(same && before != null ? before.sequence() : ++lastSequence, submission));
        if (submission.phase() == Phase.PENDING) {
            wake();
        }
    }

    Optional<Submission> get(RequestKey key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::submission);
    }

    void checkOpen() {
        if (closed) {
            throw new QueueException("the queue is closed", false);
        }
    }

    @Override
    public synchronized Enqueued submit(BatchRequest request) {
        checkOpen();
        Optional<Submission> known = get(request.key());
        if (known.isEmpty()) {
            return added(Submission.first(request, random, now()));
        }
        checkSame(known.get(), request);
        return switch (known.get().phase()) {
            case PENDING, IN_PROGRESS -> joined(known.get(), request);
            case COMPLETED ->
                new Enqueued(Outcome.ALREADY_COMPLETED, kept(known.get().join(request)));
            case FAILED, CANCELLED -> added(known.get().resubmit(request, random, now()));
        };
    }

    private Submission kept(Submission submission) {
        put(submission);
        return submission;
    }

    void checkSame(Submission known, BatchRequest request) {
        if (!known.request().sameRequest(request)) {
            throw new KeyConflictException(known.request(), request);
        }
    }

    Enqueued added(Submission submission) {
        put(submission);
        return new Enqueued(Outcome.ADDED, submission);
    }

    Enqueued joined(Submission known, BatchRequest request) {
        Submission joined = known.join(request);
        put(joined);
        return new Enqueued(Outcome.JOINED, joined);
    }

    @Override
    public synchronized Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
        checkOpen();
        Optional<Submission> known = get(request.key());
        if (known.isEmpty()) {
            Submission first = Submission.first(request, random, now());
            return added(new Submission(superseded.next(now(), random), request, first.submitted(), first.state()));
        }
        checkSame(known.get(), request);
        return known.get()
                .supersede(request, superseded, random, now())
                .map(this::added)
                .orElseGet(() -> submit(request));
    }

    @Override
    public synchronized List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException {
        checkPositive("max", max);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            checkOpen();
            workers.put(worker, now());
            List<LeasedRequest> leased = suspended ? List.of() : claim(worker, max);
            long left = deadline - System.nanoTime();
            if (!leased.isEmpty() || left <= 0) {
                return leased;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, nanosUntilDue()));
        }
    }

    /** How long no request falls due by itself; a millisecond at least. */
    long nanosUntilDue() {
        return entries.values().stream()
                .map(entry -> due(entry.submission().state()))
                .filter(now()::isBefore)
                .mapToLong(due -> Duration.between(now(), due).toNanos())
                .reduce(Long.MAX_VALUE, Math::min);
    }

    private static Instant due(RequestState state) {
        if (state instanceof Pending pending) {
            return pending.notBefore();
        }
        return state instanceof InProgress running ? running.lease().expiresAt() : Instant.MIN;
    }

    static void checkPositive(String name, int value) {
        if (value < 1) {
            throw new InvalidRequestException(name, "must be at least 1, was " + value);
        }
    }

    /** Cuts the waits that the clock gave when it was ahead, if it was put back since the last claim. */
    void followClock() {
        Instant now = now();
        if (now.isBefore(latest.minusSeconds(1))) {
            entries.replaceAll((key, entry) ->
                    new Entry(entry.sequence(), entry.submission().cutWaits(policy, now)));
        }
        latest = now;
    }

    List<LeasedRequest> claim(WorkerId worker, int max) {
        followClock();
        List<LeasedRequest> leased = new ArrayList<>();
        for (Entry entry : entries.values().stream().sorted(order()).toList()) {
            if (leased.size() < max) {
                Optional<Submission> claimed = claim(entry.submission(), worker);
                claimed.ifPresent(this::put);
                claimed.flatMap(Submission::leased).ifPresent(leased::add);
            }
        }
        return leased;
    }

    Optional<Submission> claim(Submission submission, WorkerId worker) {
        return submission.claim(worker, UUID.randomUUID(), policy, now());
    }

    @Override
    public synchronized LeasedRequest renew(Lease lease) {
        return update(lease, current -> current.renew(lease, policy, now()))
                .leased()
                .orElseThrow();
    }

    @Override
    public synchronized void progress(Lease lease, Progress progress) {
        update(lease, current -> current.progress(lease, progress));
    }

    @Override
    public synchronized Submission complete(Lease lease) {
        return update(lease, current -> current.complete(lease, now()));
    }

    @Override
    public synchronized Submission fail(Lease lease, Failure failure) {
        return update(lease, current -> current.fail(lease, failure, policy, random.nextDouble(), now()));
    }

    @Override
    public synchronized Submission release(Lease lease) {
        return update(lease, current -> current.release(lease, now()));
    }

    @Override
    public synchronized Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay) {
        return update(lease, current -> current.hold(lease, by, reason, delay, now()));
    }

    Submission update(Lease lease, UnaryOperator<Submission> transition) {
        checkOpen();
        Submission current =
                get(lease.key()).orElseThrow(() -> new StaleLeaseException(lease, StaleLeaseException.Reason.UNKNOWN));
        Submission changed = transition.apply(current);
        put(changed);
        workers.put(lease.worker(), now());
        return changed;
    }

    @Override
    public synchronized Optional<Submission> cancel(RequestKey key) {
        checkOpen();
        Optional<Submission> cancelled = get(key).map(known -> known.cancel(now()));
        cancelled.ifPresent(this::put);
        return cancelled;
    }

    @Override
    public synchronized Optional<Submission> find(RequestKey key) {
        checkOpen();
        return get(key);
    }

    @Override
    public synchronized Optional<QueuePosition> position(RequestKey key) {
        checkOpen();
        Entry entry = entries.get(key);
        if (entry == null || entry.submission().phase() != Phase.PENDING) {
            return Optional.empty();
        }
        return Optional.of(QueuePosition.exact(in(Phase.PENDING).indexOf(entry) + 1L));
    }

    /** What is in a phase, in the order in which it is leased. */
    List<Entry> in(Phase phase) {
        return entries.values().stream()
                .filter(entry -> entry.submission().phase() == phase)
                .sorted(order())
                .toList();
    }

    @Override
    public synchronized Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
        checkOpen();
        checkPositive("limit", limit);
        List<Entry> rest = in(phase);
        if (cursor.isPresent()) {
            Entry last = entryAt(phase, cursor.get());
            rest = rest.stream()
                    .filter(entry -> order().compare(entry, last) > 0)
                    .toList();
        }
        List<Entry> page = rest.subList(0, Math.min(limit, rest.size()));
        return new Page<>(
                page.stream().map(Entry::submission).toList(),
                page.size() < rest.size() ? Optional.of(cursor(phase, page.get(page.size() - 1))) : Optional.empty());
    }

    String cursor(Phase phase, Entry entry) {
        return phase + "_" + entry.submission().request().priority() + "_" + entry.sequence();
    }

    /** Something in the place that a cursor names; what stood there may be gone. */
    Entry entryAt(Phase phase, String cursor) {
        String start = phase + "_";
        if (!cursor.startsWith(start) || !cursor.substring(start.length()).matches("-?\\d{1,10}_\\d{1,18}")) {
            throw new InvalidRequestException("cursor", "is not one of " + phase.label() + " requests of this queue");
        }
        String place = cursor.substring(start.length());
        int underscore = place.indexOf('_');
        BatchRequest request = BatchRequest.of("/cursor")
                .priority(Integer.parseInt(place.substring(0, underscore)))
                .build();
        return new Entry(
                Long.parseLong(place.substring(underscore + 1)), Submission.first(request, random, Instant.EPOCH));
    }

    @Override
    public synchronized QueueOverview overview() {
        checkOpen();
        Map<Phase, Long> counts = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            counts.put(phase, (long) in(phase).size());
        }
        List<Submission> pending =
                in(Phase.PENDING).stream().map(Entry::submission).toList();
        Instant alive = now().minus(QueueOverview.WORKER_SEEN);
        return new QueueOverview(
                counts,
                pending.stream().map(Submission::submitted).min(Comparator.naturalOrder()),
                estimates(pending.stream()
                        .map(one -> one.request().estimatedTime())
                        .toList()),
                recent(in(Phase.COMPLETED).stream()
                        .map(entry -> (Completed) entry.submission().state())
                        .sorted(Comparator.comparing(Completed::finished).reversed())
                        .limit(QueueOverview.RECENT)
                        .map(done -> Duration.between(done.started(), done.finished()))
                        .toList()),
                in(Phase.IN_PROGRESS).stream()
                        .limit(QueueOverview.MAX_RUNNING)
                        .map(ReferenceQueue::running)
                        .toList(),
                (int) workers.values().stream().filter(alive::isBefore).count(),
                suspended);
    }

    private static DurationSample estimates(List<Duration> durations) {
        return new DurationSample(
                durations.size(),
                durations.stream().filter(duration -> !duration.isZero()).count(),
                durations.stream().reduce(Duration.ZERO, Duration::plus));
    }

    private static DurationSample recent(List<Duration> durations) {
        return new DurationSample(
                durations.size(), durations.size(), durations.stream().reduce(Duration.ZERO, Duration::plus));
    }

    private static RunningRequest running(Entry entry) {
        return RunningRequest.of(
                entry.submission().request(), (InProgress) entry.submission().state());
    }

    @Override
    public synchronized void suspend() {
        checkOpen();
        suspended = true;
    }

    @Override
    public synchronized void resume() {
        checkOpen();
        suspended = false;
        notifyAll();
    }

    @Override
    public synchronized int prune(Duration age, int limit) {
        checkPositive("limit", limit);
        checkOpen();
        Instant before = now().minus(age);
        List<RequestKey> old = entries.values().stream()
                .map(Entry::submission)
                .filter(submission -> isOld(submission, before))
                .map(Submission::key)
                .limit(limit)
                .toList();
        old.forEach(entries::remove);
        return old.size();
    }

    boolean isOld(Submission submission, Instant before) {
        return submission.state() instanceof RequestState.Finished finished
                && finished.finished().isBefore(before);
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
