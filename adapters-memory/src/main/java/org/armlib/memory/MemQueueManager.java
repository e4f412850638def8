package org.armlib.memory;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Completed;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InProgress;
import org.armlib.domain.InvalidRequestException;
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
import org.armlib.ports.Page;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueFullException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.RunningRequest;
import org.jspecify.annotations.Nullable;

/**
 * The work queue in the heap of one process: what it holds is gone with the process. Thread-safe.
 *
 * <p>Every method takes O(log n) steps in the number of requests it holds, whatever their phase; a page of a list takes
 * that for the first item, and at most as much for each further one. Waiting workers sleep until there is work for them:
 * a submit wakes one, and one of them alone watches for the next lease to run out or the next backoff to end.
 *
 * <p>The record of a finished request is kept for the retention and dropped as later requests finish, by {@link #prune},
 * or when its memory is needed. A request for which there is no room is refused with a
 * {@link org.armlib.ports.QueueFullException}.
 */
public final class MemQueueManager implements QueueManager {
    /** How long the record of a finished request is kept unless said otherwise. */
    public static final Duration DEFAULT_RETENTION = Duration.ofDays(7);

    /** A quarter of the memory that the process may have. */
    public static final long DEFAULT_MAX_SIZE = Runtime.getRuntime().maxMemory() / 4;

    /** More than one, so that what has piled up shrinks; few, so that no call takes long. */
    private static final int DROPPED_WITH_EACH_FINISH = 3;

    /** The shortest sleep of a worker that waits for a time to come, so that a coarse clock is not asked in a loop. */
    private static final long SHORTEST_SLEEP_NANOS = 1_000_000;

    /** After a pause of about that many spins a thread that waits for the lock goes to sleep. */
    private static final int LONGEST_PAUSE = 1024;

    /** A clock that goes back further was put right. */
    private static final long MAX_STEP_BACK_NANOS = 1_000_000_000;

    private static final long WORKER_SEEN_NANOS = Nanos.of(QueueOverview.WORKER_SEEN);

    private final RetryPolicy policy;
    private final long retention;
    private final long maxSize;
    private final Clock clock;

    private final ReentrantLock lock = new ReentrantLock();

    // Everything below is guarded by the lock.

    /** The waiting worker that wakes when the next request falls due; all others wait as followers. */
    private final Condition watcher = lock.newCondition();

    private final Condition followers = lock.newCondition();
    private boolean watched;
    private long watchedUntil = Long.MIN_VALUE;

    private final SplittableRandom random = securelySeeded();
    private final Map<RequestKey, Entry> entries = new HashMap<>();
    private final EntryTree live = EntryTree.summed(random);
    private final EntryTree completed = EntryTree.unsummed(random);
    private final EntryTree failed = EntryTree.unsummed(random);
    private final EntryTree cancelled = EntryTree.unsummed(random);
    private final List<EntryTree> finished = List.of(completed, failed, cancelled);

    /** When each worker was last heard of, the longest silent first. */
    private final LinkedHashMap<WorkerId, Sighting> workers = new LinkedHashMap<>(16, 0.75f, true);

    private long size;
    private long numbers;
    private long latest;
    private Duration pendingEstimate = Duration.ZERO;
    private long pendingEstimated;
    private final RecentDurations recent = new RecentDurations();
    private boolean suspended;
    private boolean closed;

    /** An empty queue with the default retry policy and {@linkplain #DEFAULT_RETENTION retention}. */
    public MemQueueManager(Clock clock) {
        this(RetryPolicy.DEFAULT, DEFAULT_RETENTION, clock);
    }

    /**
     * An empty queue.
     *
     * @param policy how often a request is tried, and how long a lease lasts
     * @param retention how long the record of a finished request is kept
     * @param clock tells the time by which leases and backoffs run out
     * @throws InvalidRequestException if the retention is negative
     */
    public MemQueueManager(RetryPolicy policy, Duration retention, Clock clock) {
        this(policy, retention, DEFAULT_MAX_SIZE, clock);
    }

    /**
     * An empty queue with a limit.
     *
     * @param maxSize the memory that its requests may take, in bytes, finished ones included, near enough
     * @throws InvalidRequestException if the retention is negative, or the limit is less than 1
     */
    public MemQueueManager(RetryPolicy policy, Duration retention, long maxSize, Clock clock) {
        if (maxSize < 1) {
            throw new InvalidRequestException("max-size", "is " + maxSize + "; at least 1 is needed");
        }
        if (retention.isNegative()) {
            throw new InvalidRequestException("retention", "is " + retention + "; it must not be negative");
        }
        this.policy = policy;
        this.retention = Nanos.of(retention);
        this.maxSize = maxSize;
        this.clock = clock;
    }

    @Override
    public Enqueued submit(BatchRequest request) {
        return atomically(now -> {
            Entry entry = entries.get(request.key());
            return entry == null ? add(Submission.first(request, random, now), now) : submitAgain(entry, request, now);
        });
    }

    @Override
    public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
        return atomically(now -> {
            Entry entry = entries.get(request.key());
            if (entry == null) {
                SubmissionId id = superseded.next(now, random);
                return add(new Submission(id, request, now, Pending.submitted(now, 0)), now);
            }
            return entry.submission
                    .supersede(request, superseded, random, now)
                    .map(next -> new Enqueued(Enqueued.Outcome.ADDED, change(entry, next, now)))
                    .orElseGet(() -> submitAgain(entry, request, now));
        });
    }

    @Override
    public List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException {
        checkPositive("max", max);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long remaining = Nanos.of(wait);
        boolean waited = false;
        lock();
        try {
            while (true) {
                checkOpen();
                Instant now = now();
                seen(worker, now);
                List<LeasedRequest> leased = suspended ? List.of() : claim(worker, max, now);
                if (!leased.isEmpty() || remaining <= 0) {
                    return leased;
                }
                waited = true;
                remaining = await(remaining, now);
            }
        } finally {
            if (waited) {
                handOver();
            }
            lock.unlock();
        }
    }

    @Override
    public LeasedRequest renew(Lease lease) {
        Submission renewed = report(lease, (submission, now) -> submission.renew(lease, policy, now));
        return renewed.leased().orElseThrow();
    }

    @Override
    public void progress(Lease lease, Progress progress) {
        report(lease, (submission, now) -> submission.progress(lease, progress));
    }

    @Override
    public Submission complete(Lease lease) {
        return report(lease, (submission, now) -> submission.complete(lease, now));
    }

    @Override
    public Submission fail(Lease lease, Failure failure) {
        return report(lease, (submission, now) -> submission.fail(lease, failure, policy, random.nextDouble(), now));
    }

    @Override
    public Submission release(Lease lease) {
        return report(lease, (submission, now) -> submission.release(lease, now));
    }

    @Override
    public Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay) {
        return report(lease, (submission, now) -> submission.hold(lease, by, reason, delay, now));
    }

    @Override
    public Optional<Submission> cancel(RequestKey key) {
        return atomically(now -> {
            Entry entry = entries.get(key);
            return entry == null ? Optional.empty() : Optional.of(change(entry, entry.submission.cancel(now), now));
        });
    }

    @Override
    public Optional<Submission> find(RequestKey key) {
        return atomically(now -> {
            Entry entry = entries.get(key);
            return entry == null ? Optional.empty() : Optional.of(entry.submission);
        });
    }

    @Override
    public Optional<QueuePosition> position(RequestKey key) {
        return atomically(now -> {
            Entry entry = entries.get(key);
            return entry == null || !entry.pending
                    ? Optional.empty()
                    : Optional.of(QueuePosition.exact(live.pendingBefore(entry) + 1));
        });
    }

    @Override
    public Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
        checkPositive("limit", limit);
        Cursor after = cursor.map(text -> Cursor.parse(phase, text)).orElse(Cursor.START);
        return atomically(now -> {
            List<Entry> found = new ArrayList<>();
            int enough = limit < Integer.MAX_VALUE ? limit + 1 : limit;
            tree(phase).collect(phase == Phase.PENDING, after.rank(), after.number(), enough, found);
            boolean more = found.size() > limit;
            List<Entry> page = more ? found.subList(0, limit) : found;
            return new Page<>(
                    page.stream().map(entry -> entry.submission).toList(),
                    more ? Optional.of(Cursor.of(page.get(limit - 1)).text(phase)) : Optional.empty());
        });
    }

    @Override
    public QueueOverview overview() {
        return atomically(now -> {
            EnumMap<Phase, Long> counts = new EnumMap<>(Phase.class);
            for (Phase phase : Phase.values()) {
                counts.put(phase, (long) tree(phase).count(phase == Phase.PENDING));
            }
            Optional<Instant> oldest =
                    Optional.ofNullable(live.lowestPending()).map(entry -> entry.submission.submitted());
            forgetSilentWorkers(now);
            return new QueueOverview(
                    counts,
                    oldest,
                    new DurationSample(live.count(true), pendingEstimated, pendingEstimate),
                    recent.sample(),
                    running(),
                    workers.size(),
                    suspended);
        });
    }

    private List<RunningRequest> running() {
        List<Entry> found = new ArrayList<>();
        live.collect(false, Long.MIN_VALUE, Long.MIN_VALUE, QueueOverview.MAX_RUNNING, found);
        return found.stream()
                .map(entry -> RunningRequest.of(entry.submission.request(), (InProgress) entry.submission.state()))
                .toList();
    }

    @Override
    public void suspend() {
        atomically(now -> suspended = true);
    }

    @Override
    public void resume() {
        atomically(now -> {
            suspended = false;
            wakeAll();
            return now;
        });
    }

    @Override
    public int prune(Duration age, int limit) {
        checkPositive("limit", limit);
        long nanos = Nanos.of(age);
        return atomically(now -> dropFinished(nanos, limit, now));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            entries.clear();
            size = 0;
            live.clear();
            finished.forEach(EntryTree::clear);
            workers.clear();
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T atomically(Function<Instant, T> step) {
        lock();
        try {
            checkOpen();
            // Read under the lock: a call must not act on a time before that of the call it follows.
            return step.apply(now());
        } finally {
            lock.unlock();
        }
    }

    /** The time. If the clock was put back since the last call, what it gave when it was ahead is cut first. */
    private Instant now() {
        Instant now = clock.instant();
        long nanos = Nanos.of(now);
        boolean putBack = nanos < latest - MAX_STEP_BACK_NANOS;
        latest = putBack ? nanos : Math.max(latest, nanos);
        if (putBack) {
            workers.values().forEach(sighting -> sighting.at = Math.min(sighting.at, nanos));
            for (Entry entry : entries.values()) {
                if (entry.submission.state() instanceof RequestState.Live) {
                    change(entry, entry.submission.cutWaits(policy, now), now);
                } else if (entry.rank > nanos) {
                    EntryTree tree = tree(entry.submission.phase());
                    tree.remove(entry);
                    entry.rank = nanos;
                    tree.add(entry);
                }
            }
        }
        return now;
    }

    /**
     * Takes the lock. No step holds it for as long as it takes to put a thread to sleep and wake it, so that looking
     * again is cheaper; and pauses that double leave the queue in one processor's cache for several steps. Of two
     * threads that do nothing else, sleeping at once makes two thirds of this rate.
     */
    private void lock() {
        for (int pause = 1; pause <= LONGEST_PAUSE; pause *= 2) {
            if (lock.tryLock()) {
                return;
            }
            for (int i = 0; i < pause; i++) {
                Thread.onSpinWait();
            }
        }
        lock.lock();
    }

    private Submission report(Lease lease, BiFunction<Submission, Instant, Submission> transition) {
        return atomically(now -> {
            seen(lease.worker(), now);
            Entry entry = entries.get(lease.key());
            if (entry == null) {
                throw new StaleLeaseException(lease, StaleLeaseException.Reason.UNKNOWN);
            }
            return change(entry, transition.apply(entry.submission, now), now);
        });
    }

    private Enqueued add(Submission submission, Instant now) {
        Entry entry = new Entry(submission);
        makeRoom(entry.bytes);
        entries.put(submission.key(), entry);
        size += entry.bytes;
        enter(entry, now);
        return new Enqueued(Enqueued.Outcome.ADDED, submission);
    }

    private Enqueued submitAgain(Entry entry, BatchRequest request, Instant now) {
        return switch (entry.submission.phase()) {
            case PENDING, IN_PROGRESS ->
                new Enqueued(Enqueued.Outcome.JOINED, change(entry, entry.submission.join(request), now));
            case COMPLETED ->
                new Enqueued(Enqueued.Outcome.ALREADY_COMPLETED, change(entry, entry.submission.join(request), now));
            case FAILED, CANCELLED -> renewSubmission(entry, request, now);
        };
    }

    private Enqueued renewSubmission(Entry entry, BatchRequest request, Instant now) {
        return new Enqueued(
                Enqueued.Outcome.ADDED, change(entry, entry.submission.resubmit(request, random, now), now));
    }

    private List<LeasedRequest> claim(WorkerId worker, int max, Instant now) {
        long nanos = Nanos.of(now);
        Entry entry = live.firstDue(nanos);
        if (entry == null) {
            return List.of();
        }
        List<LeasedRequest> leased = new ArrayList<>(1);
        while (entry != null) {
            UUID token = new UUID(random.nextLong(), random.nextLong());
            Submission claimed =
                    entry.submission.claim(worker, token, policy, now).orElseThrow();
            change(entry, claimed, now).leased().ifPresent(leased::add);
            entry = leased.size() < max ? live.firstDue(nanos) : null;
        }
        return leased;
    }

    /** Gives an entry its submission's next form, and moves it to where that belongs. */
    private Submission change(Entry entry, Submission next, Instant now) {
        Submission before = entry.submission;
        if (next.state() == before.state()) {
            entry.submission = next;
            return next;
        }
        boolean staysLive = before.state() instanceof RequestState.Live && next.state() instanceof RequestState.Live;
        if (!staysLive) {
            tree(before.phase()).remove(entry);
        }
        countEstimate(before, -1);
        entry.submission = next;
        if (staysLive) {
            live.update(entry, due(next.state()), next.state() instanceof Pending);
            countEstimate(next, 1);
            wakeFor(entry, now);
        } else {
            enter(entry, now);
        }
        return next;
    }

    /** Puts an entry, which is in no tree, into that of its phase. */
    private void enter(Entry entry, Instant now) {
        Submission submission = entry.submission;
        entry.number = ++numbers;
        entry.due = due(submission.state());
        entry.pending = submission.state() instanceof Pending;
        if (submission.state() instanceof RequestState.Finished end) {
            entry.rank = Nanos.of(end.finished());
            if (end instanceof Completed done) {
                recent.add(Duration.between(done.started(), done.finished()));
            }
            tree(submission.phase()).add(entry);
            dropFinished(retention, DROPPED_WITH_EACH_FINISH, now);
        } else {
            entry.rank = -(long) submission.request().priority();
            live.add(entry);
            countEstimate(submission, 1);
            wakeFor(entry, now);
        }
    }

    private static long due(RequestState state) {
        if (state instanceof Pending waiting) {
            return Nanos.of(waiting.notBefore());
        }
        return state instanceof InProgress running ? Nanos.of(running.lease().expiresAt()) : Entry.NEVER;
    }

    private void countEstimate(Submission submission, int sign) {
        Duration estimate = submission.request().estimatedTime();
        if (!estimate.isZero() && submission.state() instanceof Pending) {
            pendingEstimate = pendingEstimate.plus(sign > 0 ? estimate : estimate.negated());
            pendingEstimated += sign;
        }
    }

    private int dropFinished(long age, int limit, Instant now) {
        long before = Nanos.minus(Nanos.of(now), age);
        int dropped = 0;
        Entry oldest = oldestFinished();
        while (dropped < limit && oldest != null && oldest.rank < before) {
            drop(oldest);
            dropped++;
            oldest = oldestFinished();
        }
        return dropped;
    }

    private @Nullable Entry oldestFinished() {
        Entry oldest = null;
        for (EntryTree tree : finished) {
            Entry first = tree.first();
            if (first != null && (oldest == null || first.isBefore(oldest))) {
                oldest = first;
            }
        }
        return oldest;
    }

    private void drop(Entry entry) {
        tree(entry.submission.phase()).remove(entry);
        entries.remove(entry.submission.key());
        size -= entry.bytes;
    }

    /** Drops what has finished, the oldest first, until so many more bytes are allowed. */
    private void makeRoom(long bytes) {
        Entry oldest = oldestFinished();
        while (size + bytes > maxSize && oldest != null) {
            drop(oldest);
            oldest = oldestFinished();
        }
        if (size + bytes > maxSize) {
            throw new QueueFullException("cannot take another request: " + entries.size() + " requests take "
                    + size + " bytes of memory, and " + maxSize + " are allowed; try again when some have ended, or set"
                    + " queue.max-size");
        }
    }

    private EntryTree tree(Phase phase) {
        return switch (phase) {
            case PENDING, IN_PROGRESS -> live;
            case COMPLETED -> completed;
            case FAILED -> failed;
            case CANCELLED -> cancelled;
        };
    }

    /** Sleeps until there may be something to lease, at most {@code nanos}; says how much of that is left. */
    @SuppressWarnings("WaitNotInLoop") // The caller is the loop.
    private long await(long nanos, Instant now) throws InterruptedException {
        if (watched) {
            return followers.awaitNanos(nanos);
        }
        watchedUntil = suspended ? Entry.NEVER : live.earliestDue();
        long untilDue = Math.max(Nanos.minus(watchedUntil, Nanos.of(now)), SHORTEST_SLEEP_NANOS);
        long sleep = Math.min(nanos, untilDue);
        watched = true;
        try {
            return nanos - (sleep - watcher.awaitNanos(sleep));
        } finally {
            watched = false;
            watchedUntil = Long.MIN_VALUE;
        }
    }

    /** Wakes a waiting worker if an entry fell due, or the watcher if it will earlier than that one knows. */
    private void wakeFor(Entry entry, Instant now) {
        if (suspended || entry.due == Entry.NEVER) {
            return;
        }
        if (entry.due <= Nanos.of(now)) {
            wakeOne();
        } else if (entry.due < watchedUntil) {
            watchedUntil = entry.due;
            watcher.signal();
        }
    }

    private void wakeOne() {
        if (lock.hasWaiters(followers)) {
            followers.signal();
        } else {
            watcher.signal();
        }
    }

    private void wakeAll() {
        watcher.signal();
        followers.signalAll();
    }

    /**
     * Called by a worker that stops waiting: another becomes the watcher if nobody is; and if there is work, which a
     * wake-up may have been meant for that came together with an interruption, another gets up for it.
     */
    private void handOver() {
        if (!watched) {
            followers.signal();
        } else if (!suspended && live.earliestDue() <= Nanos.of(clock.instant())) {
            wakeOne();
        }
    }

    private void seen(WorkerId worker, Instant now) {
        Sighting last = workers.get(worker);
        if (last == null) {
            forgetSilentWorkers(now);
            last = new Sighting();
            workers.put(worker, last);
        }
        last.at = Nanos.of(now);
    }

    private void forgetSilentWorkers(Instant now) {
        long before = Nanos.minus(Nanos.of(now), WORKER_SEEN_NANOS);
        Iterator<Sighting> sightings = workers.values().iterator();
        while (sightings.hasNext() && sightings.next().at < before) {
            sightings.remove();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new QueueException("the queue in memory is closed", false);
        }
    }

    private static void checkPositive(String name, int value) {
        if (value < 1) {
            throw new InvalidRequestException(name, "is " + value + "; at least 1 is needed");
        }
    }

    private static SplittableRandom securelySeeded() {
        return new SplittableRandom(new SecureRandom().nextLong());
    }

    private static final class Sighting {
        private long at;
    }

    /** A place in a list: behind the entry of that rank and number. */
    private record Cursor(long rank, long number) {
        static final Cursor START = new Cursor(Long.MIN_VALUE, Long.MIN_VALUE);

        private static final Pattern FORM = Pattern.compile("([A-Za-z]++)_(-?[0-9]{1,19})_([0-9]{1,19})");

        static Cursor of(Entry entry) {
            return new Cursor(entry.rank, entry.number);
        }

        static Cursor parse(Phase phase, String text) {
            Matcher matcher = FORM.matcher(text);
            if (matcher.matches() && matcher.group(1).equals(phase.label())) {
                try {
                    return new Cursor(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
                } catch (NumberFormatException e) {
                    throw refused(phase);
                }
            }
            throw refused(phase);
        }

        String text(Phase phase) {
            return phase.label() + "_" + rank + "_" + number;
        }

        private static InvalidRequestException refused(Phase phase) {
            return new InvalidRequestException("cursor", "is none that a page of " + phase.label() + " requests named");
        }
    }
}
