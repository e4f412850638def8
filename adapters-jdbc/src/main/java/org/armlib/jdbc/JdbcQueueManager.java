package org.armlib.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
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
import org.armlib.ports.Enqueued;
import org.armlib.ports.Page;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.Renewal;
import org.armlib.ports.TransactionalQueue;
import org.armlib.spi.CloseOnce;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The work queue in a SQL database, shared by all servers that open it with the same tables. What it has accepted
 * outlives every process; the time is the database's. Thread-safe.
 *
 * <p>Calls that come while the database is busy with others of their kind are answered together, by one statement. It is
 * safe to interrupt a caller at any time: work with the database is done on threads of the queue's own, but for calls
 * that come alone, from a platform thread, to a server whose connections an interruption does not break.
 *
 * <p>While the database cannot be reached an operation is tried again for {@link JdbcQueueSettings#retryFor}, then it ends
 * with a {@link QueueException} that says whether the same call may succeed later. Every operation may be repeated:
 * what took effect although its answer was lost is found by its token and counts once.
 */
public final class JdbcQueueManager implements QueueManager, TransactionalQueue {
    private static final Duration LONGEST_CLOSE = Duration.ofMinutes(1);
    private static final int MOST_AT_ONCE = 200;
    private static final int MOST_IN_ONE_TRANSACTION = 1000;

    private final RetryPolicy policy;
    private final SecureRandom random = new SecureRandom();
    private final Sessions sessions;
    private final Tables tables;
    private final Dialect dialect;
    private final Hints hints;
    private final Sightings sightings;
    private final Floor floor;
    private final QueueNumbers numbers;
    private final RequestLists lists;
    private final LeaseDesk desk;
    private final Combiner<Dialect.Newcomer, Enqueued> submitting;
    private final Combiner<Lease, Submission> completing;
    private final Combiner<Lease, LeasedRequest> renewing;
    private final Optional<HikariDataSource> owned;
    private final CloseOnce closing = new CloseOnce(LONGEST_CLOSE);

    /**
     * Opens the queue in the database of {@code source}, which stays open when the queue is closed. Its connections may
     * come with auto-commit on or off and with any isolation level: the queue sets what it needs, and returns them as they
     * came. They must be allowed to write, and two of them must be available at once.
     *
     * @throws UnknownDatabaseException if the database is none that the queue knows
     * @throws QueueException if it cannot be reached, or its tables cannot be made
     */
    public JdbcQueueManager(DataSource source, JdbcQueueSettings settings, RetryPolicy policy) {
        this(source, Optional.empty(), settings, policy, Clockwork.REAL);
    }

    /**
     * Opens the queue in the database that {@code access} leads to, with connections of its own. Of an H2 database it asks
     * that what was committed is on the disk, {@code WRITE_DELAY=0}, unless the URL says otherwise.
     *
     * @throws UnknownDatabaseException if the database is none that the queue knows
     * @throws QueueException if it cannot be reached, or its tables cannot be made
     */
    public static JdbcQueueManager open(JdbcAccess access, JdbcQueueSettings settings, RetryPolicy policy) {
        return open(access, settings, policy, Clockwork.REAL);
    }

    static JdbcQueueManager open(
            JdbcAccess access, JdbcQueueSettings settings, RetryPolicy policy, Clockwork clockwork) {
        if (settings.dialect().isEmpty()) {
            Database.of(access.url());
        }
        // Two more than the sessions: one listens, one asks the server about those that do not answer.
        HikariDataSource pool = Pool.open(access, settings.sessions() + 2);
        boolean open = false;
        try {
            JdbcQueueManager queue = new JdbcQueueManager(pool, Optional.of(pool), settings, policy, clockwork);
            open = true;
            return queue;
        } finally {
            if (!open) {
                pool.close();
            }
        }
    }

    private JdbcQueueManager(
            DataSource source,
            Optional<HikariDataSource> owned,
            JdbcQueueSettings settings,
            RetryPolicy policy,
            Clockwork clockwork) {
        this.policy = policy;
        this.owned = owned;
        Names names = settings.names();
        ServerFacts facts;
        try {
            facts = ServerFacts.check(source, settings);
            boolean migrated = new Schema(facts.database(), names).prepare(source, settings.migrate());
            // H2 in memory would be gone with its last connection.
            if (migrated && facts.database() != Database.H2) {
                // The migration leaves settings in their sessions.
                Pool.replaceConnections(source);
            }
        } catch (SQLException e) {
            throw Faults.unopened("the queue", e, JdbcAccess::withoutPassword);
        }
        Database database = facts.database();
        String now = clockwork.now(database, names);
        this.tables = new Tables(names, now, facts.texts());
        this.dialect = switch (database) {
            case POSTGRESQL -> new PostgresDialect(tables, now, policy);
            case H2 -> new H2Dialect(tables, policy);
            case MARIADB, MYSQL -> new MariaDbDialect(tables, policy);
        };
        Connections connections =
                new Connections(source, facts, settings.socketTimeout(), () -> Pool.replaceConnections(source));
        this.sessions = new Sessions(connections, facts, settings.retryFor(), settings.sessions());
        this.sightings = new Sightings(sessions, tables, dialect);
        this.numbers = new QueueNumbers(sessions, tables, dialect);
        this.lists = new RequestLists(tables, dialect);
        this.floor = database == Database.POSTGRESQL ? new PostgresFloor(sessions, tables) : Floor.NONE;
        this.desk = new LeaseDesk(
                new Claimer(sessions, tables, dialect, policy, sightings, floor, settings.pollInterval()),
                sessions.threads(),
                sessions::callerMayWork);
        this.hints = database == Database.POSTGRESQL
                ? new PostgresHints(
                        connections, settings.socketTimeout(), sessions, names.prefix() + "work", desk::hint)
                : Hints.NONE;
        this.submitting =
                new Combiner<>(MOST_AT_ONCE, 1, sessions.threads(), sessions::callerMayWork, this::submitCalls);
        this.completing =
                new Combiner<>(MOST_AT_ONCE, 1, sessions.threads(), sessions::callerMayWork, this::completeCalls);
        this.renewing = new Combiner<>(MOST_AT_ONCE, 1, sessions.threads(), sessions::callerMayWork, this::renewCalls);
    }

    @Override
    public Enqueued submit(BatchRequest request) {
        return submitting.call(new Dialect.Newcomer(request, random.nextLong()));
    }

    /** {@inheritDoc} The commit wakes waiting workers on PostgreSQL; elsewhere they find the request by polling. */
    @Override
    public Enqueued submit(BatchRequest request, Connection connection) {
        Dialect.Newcomer newcomer = new Dialect.Newcomer(request, random.nextLong());
        return inTransactionOf(connection, "submit", request.key(), handle -> {
            List<Stored> added = dialect.add(handle, List.of(newcomer));
            return added.isEmpty()
                    ? submitAgain(handle, newcomer)
                    : new Enqueued(Enqueued.Outcome.ADDED, added.get(0).submission());
        });
    }

    @Override
    public Enqueued resubmit(BatchRequest request, SubmissionId superseded, Connection connection) {
        Dialect.Newcomer newcomer = new Dialect.Newcomer(request, random.nextLong());
        return inTransactionOf(connection, "resubmit", request.key(), handle -> resubmit(handle, newcomer, superseded));
    }

    private Enqueued inTransactionOf(
            Connection connection, String tried, RequestKey key, Sessions.Work<Enqueued> work) {
        try {
            if (connection.getAutoCommit()) {
                throw new InvalidRequestException(
                        "connection", "commits by itself; begin a transaction with setAutoCommit(false)");
            }
            // Not closed: that would close the caller's connection.
            Enqueued answer = work.run(Jdbi.open(connection));
            if (answer.outcome() == Enqueued.Outcome.ADDED) {
                hints.tell(connection);
            }
            return answer;
        } catch (SQLException | RuntimeException e) {
            throw Faults.translate(tried, Optional.of(key), e);
        }
    }

    @Override
    public List<Enqueued> submitAll(List<BatchRequest> requests) {
        List<Enqueued> answers = new ArrayList<>(requests.size());
        for (int from = 0; from < requests.size(); from += MOST_IN_ONE_TRANSACTION) {
            int to = Math.min(from + MOST_IN_ONE_TRANSACTION, requests.size());
            List<Dialect.Newcomer> newcomers = requests.subList(from, to).stream()
                    .map(request -> new Dialect.Newcomer(request, random.nextLong()))
                    .toList();
            answers.addAll(sessions.call(() -> sessions.inTransaction(
                    "submit " + newcomers.size() + " requests",
                    Optional.empty(),
                    handle -> submitTogether(handle, newcomers))));
            newcomers.forEach(one -> floor.added(Stored.laneOf(one.request())));
            somethingToLease(newcomers.size());
        }
        return answers;
    }

    private List<Enqueued> submitTogether(Handle handle, List<Dialect.Newcomer> newcomers) throws SQLException {
        Map<RequestKey, Dialect.Newcomer> first = new LinkedHashMap<>();
        newcomers.forEach(newcomer -> first.putIfAbsent(newcomer.request().key(), newcomer));
        Map<RequestKey, Submission> added = new HashMap<>();
        dialect.add(handle, List.copyOf(first.values()))
                .forEach(one -> added.put(one.submission().key(), one.submission()));
        Map<Dialect.Newcomer, Enqueued> answers = new HashMap<>();
        List<Dialect.Newcomer> others = new ArrayList<>();
        for (Dialect.Newcomer newcomer : newcomers) {
            Submission submission = added.remove(newcomer.request().key());
            if (submission == null) {
                others.add(newcomer);
            } else {
                answers.put(newcomer, new Enqueued(Enqueued.Outcome.ADDED, submission));
            }
        }
        Map<RequestKey, Stored> known = tables.find(
                handle, others.stream().map(other -> other.request().key()).toList());
        List<Dialect.Newcomer> changing = new ArrayList<>();
        for (Dialect.Newcomer other : others) {
            Optional<Enqueued> unchanged =
                    unchanged(Optional.ofNullable(known.get(other.request().key())), other);
            unchanged.ifPresentOrElse(answer -> answers.put(other, answer), () -> changing.add(other));
        }
        // Rows are locked in the order of their keys by all who lock several.
        changing.sort(Comparator.comparing(other -> other.request().key().value()));
        for (Dialect.Newcomer other : changing) {
            answers.put(other, submitAgain(handle, other));
        }
        return newcomers.stream().map(answers::get).toList();
    }

    @Override
    public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
        Dialect.Newcomer newcomer = new Dialect.Newcomer(request, random.nextLong());
        return added(sessions.call(() -> sessions.inTransaction(
                "resubmit", Optional.of(request.key()), handle -> resubmit(handle, newcomer, superseded))));
    }

    private Enqueued resubmit(Handle handle, Dialect.Newcomer newcomer, SubmissionId superseded) throws SQLException {
        BatchRequest request = newcomer.request();
        Optional<Stored> row = tables.lock(handle, request.key());
        long time = tables.now(handle);
        Instant now = Times.instant(time);
        if (row.isEmpty()) {
            SubmissionId id = superseded.next(now, newcomer::entropy);
            Submission submission = new Submission(id, request, now, Pending.submitted(now, 0));
            tables.insertLive(handle, submission, time);
            return new Enqueued(Enqueued.Outcome.ADDED, submission);
        }
        Optional<Submission> next = row.get().submission().supersede(request, superseded, newcomer::entropy, now);
        if (next.isEmpty()) {
            return submitAgain(handle, row.get(), newcomer, time);
        }
        tables.replace(handle, row.get(), next.get(), time);
        return new Enqueued(Enqueued.Outcome.ADDED, next.get());
    }

    /** Answers calls for submission: new keys together, the others one by one. */
    private void submitCalls(List<Combiner.Call<Dialect.Newcomer, Enqueued>> calls) {
        Map<RequestKey, Combiner.Call<Dialect.Newcomer, Enqueued>> first = new LinkedHashMap<>();
        List<Combiner.Call<Dialect.Newcomer, Enqueued>> others = new ArrayList<>();
        for (Combiner.Call<Dialect.Newcomer, Enqueued> call : calls) {
            if (first.putIfAbsent(call.question().request().key(), call) != null) {
                others.add(call);
            }
        }
        List<Dialect.Newcomer> newcomers =
                first.values().stream().map(Combiner.Call::question).toList();
        List<Stored> added = inStep("submit", handle -> dialect.add(handle, newcomers));
        for (Stored row : added) {
            numbers.found(row);
            Submission submission = row.submission();
            Combiner.Call<Dialect.Newcomer, Enqueued> call = first.remove(submission.key());
            if (call != null) {
                call.answer(new Enqueued(Enqueued.Outcome.ADDED, submission));
            }
        }
        if (!added.isEmpty()) {
            newcomers.forEach(one -> floor.added(Stored.laneOf(one.request())));
            somethingToLease(added.size());
        }
        others.addAll(0, first.values());
        for (Combiner.Call<Dialect.Newcomer, Enqueued> call : others) {
            try {
                call.answer(submitKnown(call.question()));
            } catch (ArmlibException e) {
                call.refuse(e);
            }
        }
    }

    /** Submits a request whose key was there a moment ago. */
    private Enqueued submitKnown(Dialect.Newcomer newcomer) {
        RequestKey key = newcomer.request().key();
        Optional<Stored> row = sessions.inSession("submit", Optional.of(key), handle -> tables.find(handle, key));
        Optional<Enqueued> unchanged = unchanged(row, newcomer);
        return unchanged.isPresent()
                ? unchanged.get()
                : added(sessions.inTransaction("submit", Optional.of(key), handle -> submitAgain(handle, newcomer)));
    }

    /** The answer, if the row stays as it is. */
    private static Optional<Enqueued> unchanged(Optional<Stored> row, Dialect.Newcomer newcomer) {
        return row.map(Stored::submission)
                .filter(there -> there.join(newcomer.request()).equals(there))
                .flatMap(there -> joined(there, newcomer));
    }

    private Enqueued submitAgain(Handle handle, Dialect.Newcomer newcomer) throws SQLException {
        while (true) {
            Optional<Stored> row = tables.lock(handle, newcomer.request().key());
            if (row.isPresent()) {
                return submitAgain(handle, row.get(), newcomer, tables.now(handle));
            }
            List<Stored> added = dialect.add(handle, List.of(newcomer));
            if (!added.isEmpty()) {
                return new Enqueued(Enqueued.Outcome.ADDED, added.get(0).submission());
            }
        }
    }

    private Enqueued submitAgain(Handle handle, Stored row, Dialect.Newcomer newcomer, long time) {
        Submission joined = row.submission().join(newcomer.request());
        Optional<Enqueued> answer = joined(joined, newcomer);
        if (answer.isEmpty()) {
            return submitAnew(handle, row, newcomer, time);
        }
        if (!joined.equals(row.submission())) {
            tables.replace(handle, row, joined, time);
        }
        return answer.get();
    }

    private Enqueued submitAnew(Handle handle, Stored row, Dialect.Newcomer newcomer, long time) {
        Submission again = row.submission().resubmit(newcomer.request(), newcomer::entropy, Times.instant(time));
        tables.replace(handle, row, again, time);
        return new Enqueued(Enqueued.Outcome.ADDED, again);
    }

    /** What one is told who finds {@code there}; nothing if it gives way to a new submission. */
    private static Optional<Enqueued> joined(Submission there, Dialect.Newcomer newcomer) {
        return switch (there.phase()) {
            case PENDING, IN_PROGRESS ->
                Optional.of(new Enqueued(
                        // Its own, added by a try whose answer was lost.
                        there.id().entropy() == newcomer.entropy() ? Enqueued.Outcome.ADDED : Enqueued.Outcome.JOINED,
                        there));
            case COMPLETED -> Optional.of(new Enqueued(Enqueued.Outcome.ALREADY_COMPLETED, there));
            case FAILED, CANCELLED -> Optional.empty();
        };
    }

    private Enqueued added(Enqueued answer) {
        if (answer.outcome() == Enqueued.Outcome.ADDED) {
            floor.added(Stored.laneOf(answer.submission().request()));
            somethingToLease(1);
        }
        return answer;
    }

    /** Wakes those who wait here, and has other servers told unless all of it will be taken here. */
    private void somethingToLease(int count) {
        if (count > desk.waiting()) {
            hints.tell();
        }
        desk.hint();
    }

    @Override
    public List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException {
        checkPositive("max", max);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!wait.isZero()) {
            hints.listen();
        }
        return desk.lease(worker, max, wait);
    }

    @Override
    public LeasedRequest renew(Lease lease) {
        return renewing.call(lease);
    }

    @Override
    public List<Renewal> renewAll(List<Lease> leases) {
        return renewing.callAll(leases).stream().map(JdbcQueueManager::renewal).toList();
    }

    private static Renewal renewal(Combiner.Call<Lease, LeasedRequest> call) {
        try {
            return new Renewal.Renewed(Combiner.await(call));
        } catch (StaleLeaseException e) {
            return new Renewal.Refused(e);
        }
    }

    private void renewCalls(List<Combiner.Call<Lease, LeasedRequest>> calls) {
        reportCalls(
                "renew",
                calls,
                dialect::renew,
                submission -> submission.leased().orElseThrow(),
                (submission, lease, now) -> submission.renew(lease, policy, now));
    }

    @Override
    public void progress(Lease lease, Progress progress) {
        Optional<RequestKey> key = Optional.of(lease.key());
        sessions.call(() -> {
            boolean done = sessions.inSession(
                    "report progress of",
                    key,
                    handle -> tables.progress(handle, lease, progress.fraction(), progress.message()));
            return done ? lease : change("report progress of", lease, (row, now) -> row.progress(lease, progress));
        });
    }

    @Override
    public Submission complete(Lease lease) {
        return completing.call(lease);
    }

    private void completeCalls(List<Combiner.Call<Lease, Submission>> calls) {
        reportCalls(
                "complete",
                calls,
                dialect::complete,
                submission -> submission,
                (submission, lease, now) -> submission.complete(lease, now));
    }

    @FunctionalInterface
    private interface Step {
        List<Stored> run(Handle handle, Collection<Lease> leases) throws SQLException;
    }

    @FunctionalInterface
    private interface Transition {
        Submission apply(Submission submission, Lease lease, Instant now);
    }

    /** Answers reports: those of current leases together, the others by the rules of the domain, one by one. */
    private <A> void reportCalls(
            String tried,
            List<Combiner.Call<Lease, A>> calls,
            Step step,
            Function<Submission, A> answer,
            Transition transition) {
        Map<RequestKey, Lease> leases = new HashMap<>();
        calls.forEach(call -> leases.put(call.question().key(), call.question()));
        List<Stored> rows = inStep(tried, handle -> step.run(handle, leases.values()));
        Map<RequestKey, Submission> done = new HashMap<>();
        rows.forEach(row -> done.put(row.submission().key(), row.submission()));
        sightings.seen(
                calls.stream().map(call -> call.question().worker()).toList(),
                done.values().stream().mapToLong(this::reported).max().orElse(0));
        Set<RequestKey> answered = new HashSet<>();
        for (Combiner.Call<Lease, A> call : calls) {
            Lease lease = call.question();
            Submission submission = done.get(lease.key());
            if (submission != null && lease.equals(leases.get(lease.key())) && answered.add(lease.key())) {
                call.answer(answer.apply(submission));
            } else {
                try {
                    call.answer(
                            answer.apply(change(tried, lease, (found, now) -> transition.apply(found, lease, now))));
                } catch (ArmlibException e) {
                    call.refuse(e);
                }
            }
        }
    }

    /** When the worker reported what the submission says. */
    private long reported(Submission submission) {
        if (submission.state() instanceof RequestState.Finished end) {
            return Times.micros(end.finished());
        }
        return submission
                .leased()
                .map(leased -> leased.lease().expiresAt().minus(policy.visibilityTimeout()))
                .map(Times::micros)
                .orElse(0L);
    }

    @Override
    public Submission fail(Lease lease, Failure failure) {
        double chance = random.nextDouble();
        Submission failed = sessions.call(
                () -> change("fail", lease, (submission, now) -> submission.fail(lease, failure, policy, chance, now)));
        if (failed.state() instanceof Pending waiting) {
            floor.reset();
            Duration backoff = policy.backoff().after(waiting.attempts(), chance);
            if (backoff.isZero()) {
                somethingToLease(1);
            } else {
                desk.hintIn(backoff);
            }
        }
        return failed;
    }

    @Override
    public Submission release(Lease lease) {
        Submission released =
                sessions.call(() -> change("release", lease, (submission, now) -> submission.release(lease, now)));
        floor.reset();
        somethingToLease(1);
        return released;
    }

    @Override
    public Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay) {
        Submission held = sessions.call(
                () -> change("hold", lease, (submission, now) -> submission.hold(lease, by, reason, delay, now)));
        floor.reset();
        if (delay.isZero()) {
            somethingToLease(1);
        } else {
            desk.hintIn(delay);
        }
        return held;
    }

    /** Applies the domain's transition to the row of a lease. */
    private Submission change(String tried, Lease lease, BiFunction<Submission, Instant, Submission> transition) {
        Supplier<Submission> answer = sessions.inTransaction(tried, Optional.of(lease.key()), handle -> {
            try {
                Stored row = tables.lock(handle, lease.key())
                        .orElseThrow(() -> new StaleLeaseException(lease, StaleLeaseException.Reason.UNKNOWN));
                Submission next = write(handle, row, transition);
                return () -> next;
            } catch (StaleLeaseException refusal) {
                // Thrown after a commit, for nothing was written: at the rollback of a lock H2 may bring back what the
                // row
                // was before an update that waited for the lock.
                return () -> {
                    throw refusal;
                };
            }
        });
        return answer.get();
    }

    private Submission write(Handle handle, Stored row, BiFunction<Submission, Instant, Submission> transition) {
        long time = tables.now(handle);
        Submission next = Stored.cut(transition.apply(row.submission(), Times.instant(time)));
        if (!next.equals(row.submission())) {
            tables.replace(handle, row, next, time);
        }
        return next;
    }

    @Override
    public Optional<Submission> cancel(RequestKey key) {
        return sessions.call(() -> sessions.inTransaction(
                "cancel",
                Optional.of(key),
                handle -> tables.lock(handle, key).map(row -> write(handle, row, Submission::cancel))));
    }

    @Override
    public Optional<Submission> find(RequestKey key) {
        Optional<Stored> row =
                sessions.call(() -> sessions.inSession("find", Optional.of(key), handle -> tables.find(handle, key)));
        row.ifPresent(numbers::found);
        return row.map(Stored::submission);
    }

    @Override
    public Optional<QueuePosition> position(RequestKey key) {
        return numbers.position(key);
    }

    @Override
    public Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
        checkPositive("limit", limit);
        Cursor after = cursor.map(text -> Cursor.parse(phase, text)).orElse(Cursor.START);
        int enough = limit < Integer.MAX_VALUE ? limit + 1 : limit;
        List<Stored> found = sessions.call(() -> sessions.inSession("list", Optional.empty(), handle -> switch (phase) {
            case PENDING -> lists.pending(handle, after.place(), enough);
            case IN_PROGRESS -> lists.running(handle, after.place(), enough);
            case COMPLETED -> lists.finished(handle, Stored.COMPLETED, after.end(), enough);
            case FAILED -> lists.finished(handle, Stored.FAILED, after.end(), enough);
            case CANCELLED -> lists.finished(handle, Stored.CANCELLED, after.end(), enough);
        }));
        boolean more = found.size() > limit;
        List<Stored> page = more ? found.subList(0, limit) : found;
        return new Page<>(
                page.stream().map(Stored::submission).toList(),
                more ? Optional.of(Cursor.of(page.get(limit - 1)).text(phase)) : Optional.empty());
    }

    @Override
    public QueueOverview overview() {
        return numbers.overview();
    }

    @Override
    public void suspend() {
        setSuspended(true);
    }

    @Override
    public void resume() {
        setSuspended(false);
        somethingToLease(Integer.MAX_VALUE);
    }

    private void setSuspended(boolean suspended) {
        sessions.call(
                () -> sessions.inSession(suspended ? "suspend leasing" : "resume leasing", Optional.empty(), h -> {
                    tables.suspend(h, suspended);
                    return suspended;
                }));
    }

    @Override
    public int prune(Duration age, int limit) {
        checkPositive("limit", limit);
        Map<Phase, Integer> pruned = sessions.call(() -> sessions.inTransaction("prune", Optional.empty(), handle -> {
            long now = tables.now(handle);
            tables.forgetWorkers(handle, Times.minus(now, Duration.ofDays(1)));
            return lists.prune(handle, Times.minus(now, age), limit);
        }));
        numbers.forgotten(pruned);
        return pruned.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public void close() {
        closing.run(this::closeAll);
    }

    private void closeAll() {
        // Or the pool makes new connections in place of those that are given up here.
        owned.ifPresent(pool -> pool.setMinimumIdle(0));
        desk.close();
        submitting.close();
        completing.close();
        renewing.close();
        hints.close();
        sessions.close();
        owned.ifPresent(HikariDataSource::close);
    }

    private <T> T inStep(String tried, Sessions.Work<T> work) {
        return dialect.isOneStep()
                ? sessions.inSession(tried, Optional.empty(), work)
                : sessions.inTransaction(tried, Optional.empty(), work);
    }

    /** How many workers of this process wait for work. */
    int waiting() {
        return desk.waiting();
    }

    private static void checkPositive(String name, int value) {
        if (value < 1) {
            throw new InvalidRequestException(name, "is " + value + "; at least 1 is needed");
        }
    }
}
