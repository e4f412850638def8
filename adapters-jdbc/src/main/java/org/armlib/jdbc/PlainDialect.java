package org.armlib.jdbc;

import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.armlib.domain.Lease;
import org.armlib.domain.Pending;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** A database that cannot do a step in one statement: rows are locked, changed by the domain's rules, and written. */
abstract class PlainDialect implements Dialect {
    /** Between a look at the queue and the claim that follows. */
    private static final Duration LOOK_LASTS = Duration.ofSeconds(1);

    private static final String COMPLETE = "INSERT INTO {finished} (" + Stored.FINISHED_COLUMNS + ") SELECT "
            + Stored.completedAt(":finished") + " FROM {live} WHERE request_key ";

    private final Tables tables;
    private final RetryPolicy policy;

    PlainDialect(Tables tables, RetryPolicy policy) {
        this.tables = tables;
        this.policy = policy;
    }

    /** The two ends of a statement that adds a row unless its key is there. */
    abstract List<String> addIfAbsent();

    /** What has rows read, and so locked, in the order of their keys, where the database may choose another. */
    abstract String byKeyHint();

    /** What says of a column that it is one of the keys that {@link #bindKeys} binds. */
    String among() {
        return "IN (<keys>)";
    }

    /** Binds at least one key. */
    <S extends SqlStatement<S>> S bindKeys(S statement, Collection<String> keys) {
        return statement.bindList("keys", List.copyOf(keys));
    }

    @Override
    public final String orderOfRunning() {
        return Tables.ORDER_OF_LEASES;
    }

    @Override
    public final List<String> upToPlace() {
        return List.of(
                "lane <= :laneBefore" + Tables.ORDER_OF_LEASES,
                "lane = :lane AND seq <= :seq" + Tables.ORDER_OF_LEASES);
    }

    /** {@inheritDoc} H2 uses an index for no alternative, and reads all of a lane to find those that are greater. */
    @Override
    public final List<String> afterPlace() {
        return List.of(
                "lane = :lane AND seq > :seq" + Tables.ORDER_OF_LEASES,
                "lane >= :nextLane AND lane <= :lastLane" + Tables.ORDER_OF_LEASES);
    }

    @Override
    public final String first(String query, String limit) {
        return "(" + query + " LIMIT " + limit + ")";
    }

    /** A query for the next {@code :count} places in the order of leases, where rows can be given theirs. */
    abstract Optional<String> places();

    /** How many rows to look at for {@code wanted}, and what follows the limit. */
    abstract String candidates(int wanted);

    @Override
    public final boolean isOneStep() {
        return false;
    }

    @Override
    public final List<Stored> add(Handle handle, List<Newcomer> newcomers) throws SQLException {
        long time = tables.now(handle);
        Instant now = Times.instant(time);
        Map<String, Submission> added = new LinkedHashMap<>();
        for (Newcomer one : newcomers) {
            added.put(
                    one.request().key().value(),
                    new Submission(
                            new SubmissionId(now.toEpochMilli(), one.entropy()),
                            one.request(),
                            now,
                            Pending.submitted(now, 0)));
        }
        added.keySet().removeAll(finished(handle, added.keySet()));
        if (added.isEmpty()) {
            return List.of();
        }
        insert(handle, added.values(), time);
        // Whose row is there now, and whether the one that was there ended while we waited for it.
        Map<String, Long> there = new HashMap<>();
        bindKeys(
                        handle.createQuery(tables.sql(
                                "SELECT request_key, submission, seq FROM {live} WHERE request_key " + among())),
                        added.keySet())
                .map((row, context) -> {
                    String key = row.getString("request_key");
                    Submission mine = added.get(key);
                    if (mine != null && mine.id().toString().equals(row.getString("submission"))) {
                        there.put(key, row.getLong("seq"));
                    }
                    return key;
                })
                .forEach(key -> {});
        added.keySet().retainAll(there.keySet());
        Set<String> ended = added.isEmpty() ? Set.of() : finished(handle, added.keySet());
        for (String key : ended) {
            handle.createUpdate(tables.sql("DELETE FROM {live} WHERE request_key = :key"))
                    .bind("key", key)
                    .execute();
        }
        added.keySet().removeAll(ended);
        return added.values().stream()
                .map(one -> new Stored(
                        one,
                        Stored.laneOf(one.request()),
                        there.getOrDefault(one.key().value(), 0L)))
                .toList();
    }

    private void insert(Handle handle, Collection<Submission> submissions, long time) throws SQLException {
        try {
            tables.insertLive(handle, addIfAbsent(), placed(handle, submissions), time);
        } catch (RuntimeException e) {
            Optional<SQLException> cause = Faults.sqlException(e);
            if (cause.filter(Faults::isDuplicate).isPresent()) {
                // Another was faster between the look and the insertion.
                throw new SQLTransactionRollbackException("a key was added by another", "40001", e);
            }
            throw e;
        }
    }

    /**
     * The submissions with their places, in the order of their keys if those can be given: of two that add the same keys
     * one waits for the other then, and never each for the other.
     */
    private List<Tables.Placed> placed(Handle handle, Collection<Submission> submissions) {
        if (places().isEmpty()) {
            return submissions.stream().map(Tables.Placed::atTheEnd).toList();
        }
        Iterator<Long> seqs = handle.createQuery(tables.sql(places().get()))
                .bind("count", submissions.size())
                .mapTo(Long.class)
                .list()
                .iterator();
        return submissions.stream()
                .map(one -> new Tables.Placed(one, OptionalLong.of(seqs.next())))
                .sorted(Comparator.comparing(one -> one.submission().key().value()))
                .toList();
    }

    private Set<String> finished(Handle handle, Collection<String> keys) {
        return new HashSet<>(bindKeys(
                        handle.createQuery(
                                tables.sql("SELECT request_key FROM {finished} WHERE request_key " + among())),
                        keys)
                .mapTo(String.class)
                .list());
    }

    @Override
    public final List<Stored> claim(Handle handle, List<Slot> slots, long upkeepAt, Tables.Place floor) {
        Tables.Look look = tables.look(handle);
        OptionalLong due = look.nextDue();
        if (look.suspended()
                || !look.anyReady()
                || look.now() >= upkeepAt
                || (due.isPresent() && due.getAsLong() <= look.now())) {
            return List.of();
        }
        List<Stored> candidates = handle.createQuery(tables.sql("SELECT " + Stored.LIVE_COLUMNS
                        + " FROM {live} WHERE state = 'P' AND lane >= :lane AND (lane > :lane OR seq > :seq)"
                        + Tables.ORDER_OF_LEASES + " LIMIT " + candidates(slots.size())))
                .bind("lane", floor.lane())
                .bind("seq", floor.seq())
                .map((row, context) -> Stored.of(row))
                .list();
        List<Stored> claimed = new ArrayList<>();
        List<Slot> open = new ArrayList<>(slots);
        Iterator<Stored> rest = candidates.iterator();
        while (!open.isEmpty() && rest.hasNext()) {
            Map<Stored, Submission> leases = new LinkedHashMap<>();
            for (Slot slot : open) {
                if (rest.hasNext()) {
                    Stored candidate = rest.next();
                    leases.put(candidate, leased(candidate, slot, Times.instant(look.now())));
                }
            }
            List<Stored> taken = tables.take(handle, leases, look.now());
            Set<UUID> used = taken.stream().map(PlainDialect::token).collect(Collectors.toSet());
            open.removeIf(slot -> used.contains(slot.token()));
            claimed.addAll(taken);
        }
        return claimed;
    }

    private static UUID token(Stored leased) {
        return leased.submission().leased().orElseThrow().lease().token();
    }

    private Submission leased(Stored candidate, Slot slot, Instant now) {
        Instant added = candidate.submission().submitted();
        // After the look. If it is much later, the clock was put back instead.
        boolean isAddedSince = added.isAfter(now) && added.isBefore(now.plus(LOOK_LASTS));
        return Stored.cut(candidate
                .submission()
                .ready(now)
                .claim(slot.worker(), slot.token(), policy, isAddedSince ? added : now)
                .orElseThrow());
    }

    @Override
    public final List<Stored> complete(Handle handle, Collection<Lease> leases) {
        Map<String, Lease> byKey = byKey(leases);
        List<Stored> rows = lockCurrent(handle, byKey);
        if (rows.isEmpty()) {
            return rows;
        }
        long time = tables.now(handle);
        List<Stored> completed = rows.stream()
                .map(row ->
                        new Stored(row.submission().complete(lease(byKey, row), Times.instant(time)), row.lane(), 0))
                .toList();
        List<String> keys =
                completed.stream().map(row -> row.submission().key().value()).toList();
        bindKeys(handle.createUpdate(tables.sql(COMPLETE + among())), keys)
                .bind("finished", time)
                .execute();
        bindKeys(handle.createUpdate(tables.sql("DELETE FROM {live} WHERE request_key " + among())), keys)
                .execute();
        return completed;
    }

    @Override
    public final List<Stored> renew(Handle handle, Collection<Lease> leases) {
        Map<String, Lease> byKey = byKey(leases);
        List<Stored> rows = lockCurrent(handle, byKey);
        if (rows.isEmpty()) {
            return rows;
        }
        long time = tables.now(handle);
        List<Stored> renewed = new ArrayList<>();
        for (Stored row : rows) {
            Submission next = Stored.cut(row.submission().renew(lease(byKey, row), policy, Times.instant(time)));
            tables.replace(handle, row, next, time);
            renewed.add(new Stored(next, row.lane(), row.seq()));
        }
        return renewed;
    }

    private List<Stored> lockCurrent(Handle handle, Map<String, Lease> byKey) {
        return bindKeys(
                        handle.createQuery(tables.sql("SELECT " + Stored.LIVE_COLUMNS + " FROM {live}" + byKeyHint()
                                + " WHERE request_key " + among() + " ORDER BY request_key FOR UPDATE")),
                        byKey.keySet())
                .map((row, context) -> Stored.of(row))
                .list()
                .stream()
                .filter(row -> row.submission()
                        .leased()
                        .filter(leased -> leased.lease().isSameAs(lease(byKey, row)))
                        .isPresent())
                .toList();
    }

    private static Map<String, Lease> byKey(Collection<Lease> leases) {
        Map<String, Lease> byKey = new LinkedHashMap<>();
        leases.stream()
                .sorted(Comparator.comparing(lease -> lease.key().value()))
                .forEach(lease -> byKey.put(lease.key().value(), lease));
        return byKey;
    }

    private static Lease lease(Map<String, Lease> byKey, Stored row) {
        Lease lease = byKey.get(row.submission().key().value());
        if (lease == null) {
            throw new AssertionError("a row that was not asked for: " + row);
        }
        return lease;
    }
}
