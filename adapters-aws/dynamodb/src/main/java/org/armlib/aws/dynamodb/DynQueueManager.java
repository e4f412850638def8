package org.armlib.aws.dynamodb;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.armlib.aws.AwsAccess;
import org.armlib.domain.BatchRequest;
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
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Metered;
import org.armlib.ports.Page;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.RunningRequest;
import org.armlib.ports.Usage;
import org.armlib.spi.CloseOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The work queue in Amazon DynamoDB, shared by all servers that open it with the same table prefix. What it has accepted
 * outlives every process; the time is that of the clock it is given. Thread-safe.
 *
 * <p>Each change is one conditional write of one item, which bears a token of its own: a write that is repeated because
 * its answer was lost finds the token and counts once. What is read may be a second old, see
 * {@link DynQueueSettings#consistentReads}; what this server wrote it always sees. People may change the state and the
 * priority of a request in the table, or delete it.
 *
 * <p>A call that the service does not answer, or throttles, is tried again with growing pauses for some seconds, then it
 * ends with a {@link QueueException} that says whether the same call may succeed later.
 */
public final class DynQueueManager implements QueueManager, Metered {
    private static final Logger LOG = LoggerFactory.getLogger(DynQueueManager.class);
    private static final Duration LONGEST_CLOSE = Duration.ofMinutes(1);
    private static final Duration WRITE_DOWN_EVERY = Duration.ofSeconds(1);
    private static final Duration LOOK_LASTS = Duration.ofSeconds(1);
    private static final Duration OWN_WRITES_LAST = Duration.ofSeconds(5);
    private static final int MOST_REMEMBERED = 10_000;
    /** The running requests that an overview shows, at most: each costs half a read unit. */
    private static final int RUNNING_SHOWN = 25;

    private static final int SCANNED = 500;
    private static final int LOOKS_FOR_A_PAGE = 4;

    private final DynQueueSettings settings;
    private final RetryPolicy policy;
    private final Clock clock;
    private final Service service;
    private final Control control;
    private final Requests requests;
    private final Ledger ledger;
    private final Claimer claimer;
    private final WaitingRoom room;
    private final Upkeep upkeep;
    private final QueueFigures figures;
    private final Ids ids;
    private final ScheduledThreadPoolExecutor timer;
    private final CloseOnce closing = new CloseOnce(LONGEST_CLOSE);
    private final AtomicBoolean behind = new AtomicBoolean();

    /** What this server has leased, as it left it: what its workers report then needs no reading. */
    private final Map<UUID, Stored> held = remembering();

    /** What this server wrote lately, so that it is not deceived by a read that is behind. */
    private final Map<RequestKey, Own> own = remembering();

    /** What was last found, for the one who asks for its position next. */
    private final AtomicReference<@Nullable Found> lastFound = new AtomicReference<>();

    /** Where the next pruning begins. */
    private volatile Map<String, AttributeValue> pruned = Map.of();

    /**
     * A write of this server.
     *
     * @param change the token that it left
     * @param time when
     */
    private record Own(String change, Instant time) {}

    /**
     * What was found of a request.
     *
     * @param stored what it was
     * @param time when
     */
    private record Found(Stored stored, Instant time) {}

    /**
     * Opens the queue, and makes its tables if they are missing and the settings allow it.
     *
     * @param clock tells the time by which leases and backoffs run out; servers should agree about it to some seconds
     * @throws QueueException if DynamoDB cannot be reached, or a table is missing or is not as it must be
     */
    public static DynQueueManager open(AwsAccess access, DynQueueSettings settings, RetryPolicy policy, Clock clock) {
        return open(access, settings, policy, clock, WRITE_DOWN_EVERY, List.of());
    }

    static DynQueueManager open(
            AwsAccess access,
            DynQueueSettings settings,
            RetryPolicy policy,
            Clock clock,
            Duration writeDownEvery,
            List<? extends ExecutionInterceptor> interceptors) {
        Service service = Service.open(access, interceptors);
        boolean open = false;
        try {
            new Tables(service, access, settings).prepare();
            Control control = new Control(service, settings);
            Control.State state = control.prepare();
            DynQueueManager queue =
                    new DynQueueManager(settings, policy, clock, service, control, state, writeDownEvery);
            open = true;
            return queue;
        } finally {
            if (!open) {
                service.close();
            }
        }
    }

    private DynQueueManager(
            DynQueueSettings settings,
            RetryPolicy policy,
            Clock clock,
            Service service,
            Control control,
            Control.State state,
            Duration writeDownEvery) {
        this.settings = settings;
        this.policy = policy;
        this.clock = clock;
        this.service = service;
        this.control = control;
        this.requests = new Requests(service, settings, state.shards());
        this.ledger = new Ledger(control, clock, writeDownEvery);
        this.claimer = new Claimer(requests, control, policy, clock, this::changed);
        this.room = new WaitingRoom(settings.pollInterval());
        this.upkeep = new Upkeep(requests, control, ledger, settings, clock, this::changed);
        this.ids = new Ids(clock);
        this.timer = new ScheduledThreadPoolExecutor(2, work -> {
            Thread thread = new Thread(work, "armlib-dynamodb");
            thread.setDaemon(true);
            return thread;
        });
        this.figures = new QueueFigures(requests, ledger, clock, timer);
        long tick = Math.max(50, Math.min(1000, writeDownEvery.toMillis()));
        var unused = timer.scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.MILLISECONDS);
    }

    @Override
    public List<Usage> usage() {
        return service.usage();
    }

    @Override
    public Enqueued submit(BatchRequest request) {
        Ids.Newcomer newcomer = ids.next();
        return enqueue(
                request,
                Optional.empty(),
                there -> there.map(stored -> submitAgain(stored.submission(), request))
                        .orElseGet(() -> added(Submission.first(request, newcomer.random(), newcomer.time()))));
    }

    @Override
    public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
        return enqueue(request, requests.read(request.key()), there -> {
            if (there.isEmpty()) {
                Ids.Newcomer newcomer = ids.next();
                SubmissionId id = superseded.next(newcomer.time(), newcomer.random());
                return added(new Submission(id, request, newcomer.time(), Pending.submitted(newcomer.time(), 0)));
            }
            Submission current = there.get().submission();
            Ids.Newcomer newcomer = ids.next();
            return current.supersede(request, superseded, newcomer.random(), newcomer.time())
                    .map(DynQueueManager::added)
                    .orElseGet(() -> submitAgain(current, request));
        });
    }

    /**
     * What a submit comes to.
     *
     * @param outcome as it is told
     * @param after the submission after it
     */
    private record Step(Enqueued.Outcome outcome, Submission after) {}

    private Step submitAgain(Submission there, BatchRequest request) {
        return switch (there.phase()) {
            case PENDING, IN_PROGRESS -> new Step(Enqueued.Outcome.JOINED, there.join(request));
            case COMPLETED -> new Step(Enqueued.Outcome.ALREADY_COMPLETED, there.join(request));
            case FAILED, CANCELLED -> anew(there, request);
        };
    }

    private Step anew(Submission there, BatchRequest request) {
        Ids.Newcomer newcomer = ids.next();
        return added(there.resubmit(request, newcomer.random(), newcomer.time()));
    }

    private static Step added(Submission submission) {
        return new Step(Enqueued.Outcome.ADDED, submission);
    }

    /** Decides by what is there, and writes if that is still there; what was there instead decides again. */
    private Enqueued enqueue(
            BatchRequest request, Optional<Stored> supposed, Function<Optional<Stored>, Step> decision) {
        Optional<Stored> there = supposed;
        while (true) {
            Step step = decision.apply(there.filter(this::isRemembered));
            boolean adds = step.outcome() == Enqueued.Outcome.ADDED;
            if (there.isPresent() && !adds && isSettled(there.get(), step.after())) {
                return new Enqueued(step.outcome(), step.after());
            }
            long ticket = adds ? ledger.nextTicket(request.priority()) : 0;
            Requests.Written written = there.isEmpty()
                    ? requests.add(step.after(), ticket)
                    : requests.replace("submit", there.get(), step.after(), ticket);
            if (written.done()) {
                changed(there.orElse(null), written.stored());
                return new Enqueued(step.outcome(), step.after());
            }
            there = written.now();
            if (adds && there.filter(one -> isOf(one, step.after().id())).isPresent()) {
                // Written before its answer was lost, and gone on since.
                return new Enqueued(step.outcome(), there.get().submission());
            }
        }
    }

    private static boolean isSettled(Stored there, Submission after) {
        return there.submission().equals(after) && !there.isOutOfLine();
    }

    private static boolean isOf(Stored stored, SubmissionId id) {
        return stored.submission().id().equals(id);
    }

    @Override
    public List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException {
        checkPositive("max", max);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long nanos = wait.compareTo(Duration.ofDays(365)) < 0 ? wait.toNanos() : Long.MAX_VALUE / 2;
        if (nanos <= 0) {
            return look(worker, max).leased();
        }
        long end = System.nanoTime() + nanos;
        WaitingRoom.Wake wake = WaitingRoom.Wake.RUNG;
        room.enter();
        try {
            while (true) {
                Claimer.Claim claim = look(worker, max);
                long left = end - System.nanoTime();
                if (!claim.leased().isEmpty() || left <= 0) {
                    if (!claim.leased().isEmpty() && wake == WaitingRoom.Wake.LOOK) {
                        // Where there was one that nobody rang for there may be more.
                        room.ring(1);
                    }
                    return claim.leased();
                }
                Duration due = Duration.between(clock.instant(), claim.due());
                wake = room.await(left, due);
            }
        } finally {
            room.leave();
        }
    }

    private Claimer.Claim look(WorkerId worker, int max) {
        service.checkOpen();
        ledger.seen(worker);
        return claimer.claim(worker, max);
    }

    @Override
    public LeasedRequest renew(Lease lease) {
        return report("renew the lease of", lease, (submission, now) -> submission.renew(lease, policy, now))
                .leased()
                .orElseThrow();
    }

    @Override
    public void progress(Lease lease, Progress progress) {
        report("note the progress of", lease, (submission, now) -> submission.progress(lease, progress));
    }

    @Override
    public Submission complete(Lease lease) {
        return report("complete", lease, (submission, now) -> submission.complete(lease, now));
    }

    @Override
    public Submission fail(Lease lease, Failure failure) {
        double chance = ids.chance();
        return report("fail", lease, (submission, now) -> submission.fail(lease, failure, policy, chance, now));
    }

    @Override
    public Submission release(Lease lease) {
        return report("give back", lease, (submission, now) -> submission.release(lease, now));
    }

    @Override
    public Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay) {
        return report("hold", lease, (submission, now) -> submission.hold(lease, by, reason, delay, now));
    }

    private Submission report(String what, Lease lease, BiFunction<Submission, Instant, Submission> transition) {
        service.checkOpen();
        ledger.seen(lease.worker());
        Optional<Stored> there = Optional.ofNullable(held.get(lease.token()));
        if (there.isEmpty()) {
            there = requests.read(lease.key());
        }
        while (true) {
            Stored before = there.filter(this::isRemembered).orElse(null);
            if (before == null) {
                held.remove(lease.token());
                throw new StaleLeaseException(lease, StaleLeaseException.Reason.UNKNOWN);
            }
            Submission after;
            try {
                after = transition.apply(before.submission(), clock.instant());
            } catch (StaleLeaseException e) {
                held.remove(lease.token());
                throw e;
            }
            if (after.state() == before.submission().state()) {
                return after;
            }
            Requests.Written written = requests.replace(what, before, after);
            if (written.done()) {
                changed(before, written.stored());
                return after;
            }
            there = written.now();
        }
    }

    @Override
    public Optional<Submission> cancel(RequestKey key) {
        Optional<Stored> there = requests.read(key);
        while (true) {
            Stored before = there.filter(this::isRemembered).orElse(null);
            if (before == null) {
                return Optional.empty();
            }
            Submission after = before.submission().cancel(clock.instant());
            if (after.state() == before.submission().state()) {
                return Optional.of(after);
            }
            Requests.Written written = requests.replace("cancel", before, after);
            if (written.done()) {
                changed(before, written.stored());
                return Optional.of(after);
            }
            there = written.now();
        }
    }

    @Override
    public Optional<Submission> find(RequestKey key) {
        Optional<Stored> found = lately(key);
        lastFound.set(found.map(stored -> new Found(stored, clock.instant())).orElse(null));
        return found.map(Stored::submission);
    }

    /** A request as it was lately; not older than what this server has written itself. */
    private Optional<Stored> lately(RequestKey key) {
        Optional<Stored> found = requests.find(key);
        Own mine = own.get(key);
        boolean behind = mine != null
                && Ages.isWithin(OWN_WRITES_LAST, mine.time(), clock.instant())
                && found.map(Stored::change).filter(mine.change()::equals).isEmpty();
        // What is not there may have come a moment ago.
        Optional<Stored> certain = behind || found.isEmpty() ? requests.read(key) : found;
        return certain.map(this::setRight).filter(this::isRemembered);
    }

    /** Does what follows from a change that somebody has made by hand. */
    private Stored setRight(Stored stored) {
        if (!stored.isOutOfLine()) {
            return stored;
        }
        Requests.Written written = requests.replace("set right", stored, stored.submission());
        if (written.done()) {
            changed(stored, written.stored());
            return written.stored();
        }
        return written.now().orElse(stored);
    }

    @Override
    public Optional<QueuePosition> position(RequestKey key) {
        Found last = lastFound.get();
        Optional<Stored> found = last != null
                        && last.stored().submission().key().equals(key)
                        && Ages.isWithin(LOOK_LASTS, last.time(), clock.instant())
                ? Optional.of(last.stored())
                : lately(key);
        if (found.filter(stored -> stored.submission().phase() == Phase.PENDING).isEmpty()) {
            return Optional.empty();
        }
        service.checkOpen();
        return Optional.of(figures.position(found.get()));
    }

    @Override
    public QueueOverview overview() {
        service.checkOpen();
        return figures.overview(this::running);
    }

    private List<RunningRequest> running() {
        return list(Phase.IN_PROGRESS, Optional.empty(), RUNNING_SHOWN).items().stream()
                .filter(one -> one.state() instanceof InProgress)
                .map(one -> RunningRequest.of(one.request(), (InProgress) one.state()))
                .toList();
    }

    @Override
    public Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
        checkPositive("limit", limit);
        Cursor from = Cursor.parse(phase, cursor);
        service.checkOpen();
        return phase.isFinished() ? listFinished(phase, from, limit) : listLive(phase, from, limit);
    }

    private Page<Submission> listLive(Phase phase, Cursor from, int limit) {
        List<Submission> found = new ArrayList<>();
        int shards = requests.shards();
        Cursor at = from;
        for (int look = 0; look < LOOKS_FOR_A_PAGE; look++) {
            Requests.EntryPage page = shards == 1 && at.after().isEmpty()
                    ? head()
                    : requests.entries(at.shard(), at.place(), Math.min(limit, Look.ENTRIES));
            List<Entry> entries = new ArrayList<>();
            for (Entry entry : page.entries()) {
                if (found.size() + entries.size() == limit) {
                    break;
                }
                at = new Cursor(at.shard(), entry.place().text());
                if (entry.phase().equals(phase.label())) {
                    entries.add(entry);
                }
            }
            found.addAll(inOrder(phase, entries));
            boolean all = page.entries().isEmpty() || at.after().equals(last(page));
            if (!page.more() && all) {
                int next = Integer.parseInt(at.shard()) + 1;
                if (next >= shards) {
                    return new Page<>(found, Optional.empty());
                }
                at = new Cursor(String.valueOf(next), "");
            }
            if (found.size() >= limit || (phase == Phase.IN_PROGRESS && !found.isEmpty())) {
                break;
            }
        }
        return new Page<>(found, Optional.of(at.text(phase)));
    }

    private Requests.EntryPage head() {
        Look look = figures.lookLately();
        return new Requests.EntryPage(look.entries(), !look.whole());
    }

    private static String last(Requests.EntryPage page) {
        return page.entries().get(page.entries().size() - 1).place().text();
    }

    private List<Submission> inOrder(Phase phase, List<Entry> entries) {
        Map<String, Submission> found = new HashMap<>();
        requests.findAll(entries.stream().map(Entry::key).toList())
                .forEach(stored -> found.put(stored.submission().key().value(), stored.submission()));
        List<Submission> ordered = new ArrayList<>();
        for (Entry entry : entries) {
            Submission submission = found.get(entry.key());
            if (submission != null && submission.phase() == phase) {
                ordered.add(submission);
            }
        }
        return ordered;
    }

    private Page<Submission> listFinished(Phase phase, Cursor from, int limit) {
        List<Submission> found = new ArrayList<>();
        Map<String, AttributeValue> at = from.after().isEmpty() ? Map.of() : Requests.keyOf(from.after());
        for (int look = 0; look < LOOKS_FOR_A_PAGE; look++) {
            Requests.ScanPage page = requests.scan(at, SCANNED);
            for (Map<String, AttributeValue> item : page.items()) {
                if (!phase.label().equals(Attributes.text(item, Attributes.STATE))) {
                    continue;
                }
                if (found.size() == limit) {
                    String last = found.get(limit - 1).key().value();
                    return new Page<>(found, Optional.of(new Cursor("", last).text(phase)));
                }
                requests.readable(item).filter(this::isRemembered).ifPresent(stored -> found.add(stored.submission()));
            }
            at = page.next();
            if (at.isEmpty()) {
                return new Page<>(found, Optional.empty());
            }
        }
        String last = Attributes.text(at, Attributes.KEY, "");
        return new Page<>(found, Optional.of(new Cursor("", last).text(phase)));
    }

    @Override
    public void suspend() {
        control.suspend(true);
        figures.changed();
    }

    @Override
    public void resume() {
        control.suspend(false);
        figures.changed();
        room.ringAll();
    }

    /** Of those older than the retention nothing has to be done: they are forgotten when they are read, and DynamoDB deletes them. */
    @Override
    public int prune(Duration age, int limit) {
        checkPositive("limit", limit);
        service.checkOpen();
        if (age.compareTo(settings.retention()) >= 0) {
            return 0;
        }
        Instant before = clock.instant().minus(age);
        Map<String, AttributeValue> begin = pruned;
        int forgotten = prune(begin, before, limit);
        return forgotten < limit && !begin.isEmpty()
                ? forgotten + prune(Map.of(), before, limit - forgotten)
                : forgotten;
    }

    /** Forgets from one key on, until the limit is reached or the table ends. */
    private int prune(Map<String, AttributeValue> begin, Instant before, int limit) {
        int forgotten = 0;
        Map<String, AttributeValue> from = begin;
        do {
            Requests.ScanPage page = requests.scan(from, SCANNED);
            for (Map<String, AttributeValue> item : page.items()) {
                if (forgotten == limit) {
                    pruned = from;
                    return forgotten;
                }
                if (Upkeep.endedBefore(item, before) && requests.delete(item)) {
                    ledger.moved(requests.decode(item, null).submission(), null);
                    forgotten++;
                }
            }
            from = page.next();
        } while (!from.isEmpty());
        pruned = Map.of();
        return forgotten;
    }

    /** Goes through the table if it is time and no other server does; for the timer and for tests. */
    void keepUp() {
        if (settings.upkeep()) {
            upkeep.runIfDue();
        }
    }

    @Override
    public void close() {
        closing.run(this::closeAll);
    }

    private void closeAll() {
        timer.shutdownNow();
        try {
            ledger.close();
        } catch (QueueException e) {
            LOG.warn("what this server counted is added up later, by another", e);
        }
        service.close();
        room.close();
    }

    private void tick() {
        try {
            ledger.writeIfDue()
                    .ifPresent(
                            totals -> requests.spread(totals.overall().state().shards()));
            keepUp();
            if (behind.compareAndSet(true, false)) {
                LOG.info("the counts of the queue are written again");
            }
        } catch (RuntimeException e) {
            // Whatever it is, the next tick tries again; it is told once.
            if (!closing.isClosed() && behind.compareAndSet(false, true)) {
                LOG.warn("the counts of the queue are behind until they can be written again", e);
            }
        }
    }

    /** Remembers a write, and tells whoever waits for it. */
    private void changed(@Nullable Stored before, Stored after) {
        Submission submission = after.submission();
        figures.changed();
        lastFound.set(null);
        own.put(submission.key(), new Own(after.change(), clock.instant()));
        ledger.moved(before == null ? null : before.submission(), submission);
        leaseOf(before).ifPresent(lease -> {
            if (submission.leased().filter(one -> one.lease().isSameAs(lease)).isEmpty()) {
                held.remove(lease.token());
            }
        });
        submission.leased().ifPresent(leased -> held.put(leased.lease().token(), after));
        if (submission.state() instanceof Pending pending) {
            claimer.added(submission.key().value(), Place.of(submission));
            if (pending.isDue(clock.instant())) {
                room.ring(1);
            }
        }
    }

    private static Optional<Lease> leaseOf(@Nullable Stored before) {
        return before == null ? Optional.empty() : before.submission().leased().map(LeasedRequest::lease);
    }

    private boolean isRemembered(Stored stored) {
        return !stored.isForgotten(settings.retention(), clock.instant());
    }

    private static <K, V> Map<K, V> remembering() {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MOST_REMEMBERED;
            }
        });
    }

    private static void checkPositive(String name, int value) {
        if (value < 1) {
            throw new InvalidRequestException(name, "is " + value + "; at least 1 is needed");
        }
    }
}
