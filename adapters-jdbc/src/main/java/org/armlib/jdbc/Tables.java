package org.armlib.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Cancelled;
import org.armlib.domain.Completed;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InProgress;
import org.armlib.domain.Lease;
import org.armlib.domain.Pending;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RequestState;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.domain.WorkerId;
import org.armlib.json.JsonForms;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The statements that every database understands. Each method is one or a few statements in the session that it is
 * given; the caller decides what is a transaction.
 */
final class Tables {
    static final String LIVE = "SELECT " + Stored.LIVE_COLUMNS + ", NULL AS finished FROM {live} WHERE ";
    static final String FINISHED = "SELECT " + Stored.FINISHED_COLUMNS + " FROM {finished} WHERE ";
    private static final String UPDATE_LIVE =
            "UPDATE {live} SET state = :state, sticky = :sticky, attempts = :attempts,"
                    + " fence = :fence, not_before = :notBefore, token = :token, given_up = :givenUp,"
                    + " worker = :worker, started = :started, expires = :expires, progress = :progress,"
                    + " note = :note, failure_kind = :failureKind, failure_message = :failureMessage,"
                    + " held_by = :heldBy, held_since = :heldSince, held_until = :heldUntil, held_count = :heldCount,"
                    + " held_reason = :heldReason WHERE request_key = :key";
    private static final String EITHER = "SELECT request_key, seq, lane, state, submission, uri, parameters, sticky,"
            + " estimate, submitted, attempts, fence, not_before, token, given_up, worker, started, expires, progress,"
            + " note, NULL AS finished, failure_kind, failure_message, trace, held_by, held_since, held_until, held_count,"
            + " held_reason FROM {live} WHERE request_key = :key UNION ALL"
            + " SELECT request_key, NULL, lane, state, submission, uri, parameters, sticky, estimate, submitted,"
            + " attempts, fence, NULL, token, NULL, NULL, started, NULL, NULL, NULL, finished, failure_kind,"
            + " failure_message, trace, NULL, NULL, NULL, NULL, NULL FROM {finished} WHERE request_key = :key";

    /** Of rows of one state: with it H2 reads them in the order of the index, and without it all of them, to sort them. */
    static final String ORDER_OF_LEASES = " ORDER BY state, lane, seq";

    private final Names names;
    private final String now;
    private final StoredText texts;
    private final Map<String, String> written = new ConcurrentHashMap<>();

    /**
     * The statements on tables of those names.
     *
     * @param now an expression for the database's time, in microseconds since 1970
     * @param texts the texts that the database can store
     */
    Tables(Names names, String now, StoredText texts) {
        this.names = names;
        this.now = now;
        this.texts = texts;
    }

    /** What the queue looks like to one who found nothing to lease. */
    record Look(long now, boolean suspended, boolean anyReady, OptionalLong nextDue) {}

    /** A submission and the place its row is given, if not just the last one. */
    record Placed(Submission submission, OptionalLong seq) {
        static Placed atTheEnd(Submission submission) {
            return new Placed(submission, OptionalLong.empty());
        }
    }

    /** A place in a list of requests that wait: behind that row. */
    record Place(long lane, long seq) {
        static final Place START = new Place(Long.MIN_VALUE, Long.MIN_VALUE);
    }

    /** A place in a list of finished requests: behind that one. */
    record End(long finished, String key) {
        static final End START = new End(Long.MIN_VALUE, "");
    }

    /** The texts that the database can store. */
    StoredText texts() {
        return texts;
    }

    /** {@code sql} with the tables' names in it. */
    String sql(String sql) {
        return written.computeIfAbsent(sql, names::in);
    }

    /** An expression for the database's time, in microseconds since 1970. */
    String nowExpression() {
        return now;
    }

    /** The database's time, in microseconds since 1970. */
    long now(Handle handle) {
        return handle.createQuery("SELECT " + now).mapTo(Long.class).one();
    }

    Optional<Stored> find(Handle handle, RequestKey key) {
        return handle.createQuery(sql(EITHER))
                .bind("key", key.value())
                .map((row, context) -> Stored.of(row))
                .findOne();
    }

    /** The rows of those keys that have one. */
    Map<RequestKey, Stored> find(Handle handle, Collection<RequestKey> keys) {
        Map<RequestKey, Stored> found = new HashMap<>();
        if (!keys.isEmpty()) {
            handle.createQuery(sql(EITHER.replace("= :key", "IN (<keys>)")))
                    .bindList(
                            "keys",
                            keys.stream().map(RequestKey::value).distinct().toList())
                    .map((row, context) -> Stored.of(row))
                    .forEach(row -> found.put(row.submission().key(), row));
        }
        return found;
    }

    /** The row of a key, which nobody else changes until the transaction ends. */
    Optional<Stored> lock(Handle handle, RequestKey key) {
        // Twice: between two statements a row may move from one table to the other.
        for (int round = 0; round < 2; round++) {
            for (String select : List.of(LIVE, FINISHED)) {
                Optional<Stored> row = handle.createQuery(sql(select + "request_key = :key FOR UPDATE"))
                        .bind("key", key.value())
                        .map((found, context) -> Stored.of(found))
                        .findOne();
                if (row.isPresent()) {
                    return row;
                }
            }
        }
        return Optional.empty();
    }

    /** Replaces a locked row by what {@code next} says. */
    void replace(Handle handle, Stored before, Submission next, long time) {
        boolean wasLive = before.submission().state() instanceof RequestState.Live;
        boolean isLive = next.state() instanceof RequestState.Live;
        String table = wasLive ? "{live}" : "{finished}";
        if (wasLive && isLive) {
            bindLive(handle.createUpdate(sql(UPDATE_LIVE)), next, time).execute();
        } else if (!wasLive && !isLive) {
            handle.createUpdate(sql("UPDATE {finished} SET sticky = :sticky WHERE request_key = :key"))
                    .bind("sticky", next.request().sticky())
                    .bind("key", next.key().value())
                    .execute();
        } else {
            handle.createUpdate(sql("DELETE FROM " + table + " WHERE request_key = :key"))
                    .bind("key", next.key().value())
                    .execute();
            if (isLive) {
                insertLive(handle, next, time);
            } else {
                insertFinished(handle, List.of(next));
            }
        }
    }

    /** Adds a live row, whose key must not be there. */
    void insertLive(Handle handle, Submission submission, long time) {
        insertLive(handle, List.of("INSERT INTO {live} (", ")"), List.of(Placed.atTheEnd(submission)), time);
    }

    /** Adds live rows, all with a place or none; what is before the columns and behind the values makes the statement. */
    void insertLive(Handle handle, List<String> ends, Collection<Placed> submissions, long time) {
        boolean placed = submissions.stream().anyMatch(one -> one.seq().isPresent());
        PreparedBatch batch = handle.prepareBatch(sql(ends.get(0)
                + "request_key, lane, state, submission, uri, parameters, sticky, estimate, submitted, attempts, fence,"
                + " not_before, token, given_up, worker, started, expires, progress, note, failure_kind, failure_message,"
                + " trace, held_by, held_since, held_until, held_count, held_reason" + (placed ? ", seq)" : ")")
                + " VALUES (:key, :lane, :state, :submission, :uri, :parameters, :sticky, :estimate, :submitted,"
                + " :attempts, :fence, :notBefore, :token, :givenUp, :worker, :started, :expires, :progress, :note,"
                + " :failureKind, :failureMessage, :trace, :heldBy, :heldSince, :heldUntil, :heldCount, :heldReason"
                + (placed ? ", :seq" : "") + ends.get(1)));
        for (Placed one : submissions) {
            one.seq().ifPresent(seq -> batch.bind("seq", seq));
            bindState(bindRequest(batch, one.submission()), one.submission(), time)
                    .add();
        }
        batch.execute();
    }

    /** Leases ready rows, each if it is still as it was read; returns those that it leased. */
    List<Stored> take(Handle handle, Map<Stored, Submission> leases, long time) {
        PreparedBatch batch = handle.prepareBatch(sql(UPDATE_LIVE
                + " AND state = 'P' AND submission = :submission AND fence = :fenceBefore AND sticky = :sticky"));
        leases.forEach((before, next) -> bindLive(batch, next, time)
                .bind("submission", next.id().toString())
                .bind("fenceBefore", before.submission().state().fence())
                .add());
        int[] counts = batch.execute();
        List<Stored> taken = new ArrayList<>();
        int i = 0;
        for (Map.Entry<Stored, Submission> lease : leases.entrySet()) {
            if (counts[i++] > 0) {
                taken.add(new Stored(
                        lease.getValue(), lease.getKey().lane(), lease.getKey().seq()));
            }
        }
        return taken;
    }

    private <S extends SqlStatement<S>> S bindLive(S statement, Submission next, long time) {
        statement.bind("key", next.key().value()).bind("sticky", next.request().sticky());
        return bindState(statement, next, time);
    }

    /** Adds finished rows. */
    void insertFinished(Handle handle, Collection<Submission> submissions) {
        PreparedBatch batch = handle.prepareBatch(sql("INSERT INTO {finished} (" + Stored.FINISHED_COLUMNS
                + ") VALUES (:key, :lane, :state, :submission, :uri, :parameters, :sticky, :estimate, :submitted,"
                + " :attempts, :fence, :token, :started, :finished, :failureKind, :failureMessage, :trace)"));
        for (Submission submission : submissions) {
            bindEnd(bindRequest(batch, submission), submission.state()).add();
        }
        batch.execute();
    }

    private <S extends SqlStatement<S>> S bindRequest(S statement, Submission submission) {
        BatchRequest request = submission.request();
        return statement
                .bind("key", request.key().value())
                .bind("lane", Stored.laneOf(request))
                .bind("submission", submission.id().toString())
                .bind("uri", texts.writeUri(request.requestUri()))
                .bind("parameters", texts.writeJson(JsonForms.write(request.parameters())))
                .bind("sticky", request.sticky())
                .bind("estimate", request.estimatedTime().toNanos())
                .bind("trace", Stored.traceOf(request))
                .bind("submitted", Times.micros(submission.submitted()));
    }

    private <S extends SqlStatement<S>> S bindState(S statement, Submission submission, long time) {
        statement
                .bind("attempts", submission.state().attempts())
                .bind("fence", submission.state().fence());
        if (submission.state() instanceof Pending waiting) {
            long due = Times.micros(waiting.notBefore());
            bindHold(bindFailure(statement, waiting.lastFailure()), waiting.hold())
                    .bind("state", due <= time ? Stored.READY : Stored.WAITING)
                    .bind("notBefore", due)
                    .bind(
                            "token",
                            waiting.givenUp().map(up -> up.token().toString()).orElse(null))
                    .bind("givenUp", Stored.givenUp(waiting))
                    .bind("worker", (String) null)
                    .bind("started", (Long) null)
                    .bind("expires", (Long) null)
                    .bind("progress", (Double) null)
                    .bind("note", (String) null);
        } else if (submission.state() instanceof InProgress running) {
            bindHold(bindFailure(statement, Optional.empty()), running.hold())
                    .bind("state", Stored.RUNNING)
                    .bind("notBefore", Times.micros(running.started()))
                    .bind("token", running.lease().token().toString())
                    .bind("givenUp", (String) null)
                    .bind("worker", running.lease().worker().value())
                    .bind("started", Times.micros(running.started()))
                    .bind("expires", Times.micros(running.lease().expiresAt()))
                    .bind("progress", running.progress().fraction())
                    .bind("note", texts.write(running.progress().message()));
        }
        return statement;
    }

    private <S extends SqlStatement<S>> S bindEnd(S statement, RequestState state) {
        statement.bind("attempts", state.attempts()).bind("fence", state.fence());
        if (state instanceof Completed done) {
            bindFailure(statement, Optional.empty())
                    .bind("state", Stored.COMPLETED)
                    .bind("token", done.token().toString())
                    .bind("started", Times.micros(done.started()))
                    .bind("finished", Times.micros(done.finished()));
        } else if (state instanceof Failed failed) {
            bindFailure(statement, Optional.of(failed.reason()))
                    .bind("state", Stored.FAILED)
                    .bind("token", failed.token().map(UUID::toString).orElse(null))
                    .bind("started", (Long) null)
                    .bind("finished", Times.micros(failed.finished()));
        } else if (state instanceof Cancelled cancelled) {
            bindFailure(statement, Optional.empty())
                    .bind("state", Stored.CANCELLED)
                    .bind("token", (String) null)
                    .bind("started", (Long) null)
                    .bind("finished", Times.micros(cancelled.finished()));
        }
        return statement;
    }

    private <S extends SqlStatement<S>> S bindFailure(S statement, Optional<Failure> failure) {
        return statement
                .bind("failureKind", failure.map(f -> f.kind().name()).orElse(null))
                .bind(
                        "failureMessage",
                        failure.map(f -> texts.write(f.message())).orElse(null));
    }

    private <S extends SqlStatement<S>> S bindHold(S statement, Optional<Hold> hold) {
        return statement
                .bind("heldBy", hold.map(h -> h.by().name()).orElse(null))
                .bind("heldSince", hold.map(h -> Times.micros(h.since())).orElse(null))
                .bind("heldUntil", hold.map(h -> Times.micros(h.until())).orElse(null))
                .bind("heldCount", hold.map(Hold::count).orElse(null))
                .bind("heldReason", hold.map(h -> texts.write(h.reason())).orElse(null));
    }

    /** Says how far a request has come; false if the lease is not the current one. */
    boolean progress(Handle handle, Lease lease, double fraction, String note) {
        return handle.createUpdate(sql("UPDATE {live} SET progress = :progress, note = :note"
                                + " WHERE request_key = :key AND token = :token AND state = 'R'"))
                        .bind("progress", fraction)
                        .bind("note", texts.write(note))
                        .bind("key", lease.key().value())
                        .bind("token", lease.token().toString())
                        .execute()
                > 0;
    }

    Look look(Handle handle) {
        return handle.createQuery(sql("SELECT " + now + " AS now_, c.suspended,"
                        // Not by EXISTS, which PostgreSQL would answer by reading the table if it thinks that many are
                        // ready.
                        + " (SELECT 1 FROM {live} WHERE state = 'P'" + ORDER_OF_LEASES
                        + " LIMIT 1) IS NOT NULL AS any_ready,"
                        + " (SELECT MIN(not_before) FROM {live} WHERE state = 'W') AS next_due"
                        + " FROM {control} c WHERE c.id = 1"))
                .map((row, context) -> {
                    long due = row.getLong("next_due");
                    OptionalLong nextDue = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(due);
                    return new Look(
                            row.getLong("now_"), row.getBoolean("suspended"), row.getBoolean("any_ready"), nextDue);
                })
                .one();
    }

    /** Makes the waiting rows ready whose time has come. */
    void wake(Handle handle, long time) {
        handle.createUpdate(sql("UPDATE {live} SET state = 'P' WHERE state = 'W' AND not_before <= :time"))
                .bind("time", time)
                .execute();
    }

    /**
     * Cuts what a clock gave that was ahead: a lease lasts its usual time from {@code time} on, a backoff ends.
     *
     * @param excess how much longer than the policy says they must last to be cut
     */
    void cutWaits(Handle handle, long time, RetryPolicy policy, Duration excess) {
        long expires = time + Times.micros(policy.visibilityTimeout());
        handle.createUpdate(sql("UPDATE {live} SET expires = :until WHERE state = 'R' AND expires > :limit"))
                .bind("until", expires)
                .bind("limit", expires + Times.micros(excess))
                .execute();
        handle.createUpdate(sql("UPDATE {live} SET not_before = :until WHERE state = 'W' AND not_before > :limit"))
                .bind("until", time)
                .bind("limit", time + Times.micros(policy.backoff().max()) + Times.micros(excess))
                .execute();
    }

    /** Locks running rows whose leases have run out, those that nobody else has locked, in the order of leases. */
    List<Stored> lockExpired(Handle handle, long time, int limit, String skipLocked) {
        return handle.createQuery(sql(LIVE + "state = 'R' AND expires <= :time ORDER BY lane, seq LIMIT " + limit
                        + " FOR UPDATE" + skipLocked))
                .bind("time", time)
                .map((row, context) -> Stored.of(row))
                .list();
    }

    /** When the first lease runs out. */
    OptionalLong firstExpiry(Handle handle) {
        return handle.createQuery(sql("SELECT MIN(expires) AS first FROM {live} WHERE state = 'R'"))
                .map((row, context) -> {
                    long first = row.getLong("first");
                    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(first);
                })
                .one();
    }

    /** The running rows with one of these tokens. */
    List<Stored> withTokens(Handle handle, Collection<String> tokens) {
        return handle.createQuery(sql(LIVE + "state = 'R' AND token IN (<tokens>)"))
                .bindList("tokens", List.copyOf(tokens))
                .map((row, context) -> Stored.of(row))
                .list();
    }

    static Phase phase(String state) {
        return switch (state) {
            case Stored.READY, Stored.WAITING -> Phase.PENDING;
            case Stored.RUNNING -> Phase.IN_PROGRESS;
            case Stored.COMPLETED -> Phase.COMPLETED;
            case Stored.FAILED -> Phase.FAILED;
            default -> Phase.CANCELLED;
        };
    }

    void suspend(Handle handle, boolean suspended) {
        handle.createUpdate(sql("UPDATE {control} SET suspended = :suspended WHERE id = 1"))
                .bind("suspended", suspended)
                .execute();
    }

    /** Notes that workers were heard of. */
    void seen(Handle handle, String upsert, Collection<WorkerId> workers, long time) {
        PreparedBatch batch = handle.prepareBatch(sql(upsert));
        workers.stream()
                .map(WorkerId::value)
                .sorted()
                .forEach(name -> batch.bind("name", name).bind("seen", time).add());
        batch.execute();
    }

    /** Forgets workers that were last heard of before {@code time}. */
    void forgetWorkers(Handle handle, long time) {
        handle.createUpdate(sql("DELETE FROM {worker} WHERE seen < :time"))
                .bind("time", time)
                .execute();
    }
}
