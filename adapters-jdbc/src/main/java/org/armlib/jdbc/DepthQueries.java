package org.armlib.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.armlib.domain.RequestKey;
import org.armlib.jdbc.ClaimOrderLadder.Chunk;
import org.armlib.jdbc.ClaimOrderLadder.Rung;
import org.armlib.jdbc.Tables.Place;
import org.armlib.ports.QueuePosition;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * Statements about how much waits and how much has ended. Each reads a bounded number of entries of an index, in the
 * order of that index. States are literals: PostgreSQL has no index for a column of type "char" and a parameter of text.
 */
final class DepthQueries {
    private static final List<String> PENDING = List.of(Stored.READY, Stored.WAITING);
    private static final String PLACE = "SELECT lane, seq FROM {live} WHERE request_key = :key AND state IN ('P', 'W')";
    private static final String RUNGS = "SELECT lane, seq, i, n FROM (SELECT lane, seq,"
            + " ROW_NUMBER() OVER (ORDER BY lane, seq) AS i, COUNT(*) OVER () AS n,"
            + " LAG(lane) OVER (ORDER BY lane, seq) AS before_, LEAD(lane) OVER (ORDER BY lane, seq) AS after_"
            + " FROM (SELECT lane, seq FROM (%s) parts_ ORDER BY lane, seq LIMIT :limit) chunk_) numbered_"
            + " WHERE MOD(i, :step) = 0 OR i = n OR before_ <> lane OR after_ <> lane ORDER BY i";

    private final Tables tables;
    private final Dialect dialect;
    private final String rungs;
    private final String exact;

    /** A number of finished rows of one state, the last of which ended at {@code last}. */
    record Ended(long count, long last) {}

    DepthQueries(Tables tables, Dialect dialect) {
        this.tables = tables;
        this.dialect = dialect;
        this.rungs = tables.sql(RUNGS.formatted(PENDING.stream()
                .flatMap(state ->
                        dialect.afterPlace().stream().map(condition -> range("lane, seq", state, condition, ":limit")))
                .map(range -> "SELECT lane, seq FROM " + range + " part_")
                .collect(Collectors.joining(" UNION ALL "))));
        String bound = String.valueOf(QueuePosition.EXACT + 1);
        this.exact = tables.sql("SELECT q.lane, q.seq, "
                + PENDING.stream()
                        .flatMap(state ->
                                dialect.upToPlace().stream().map(condition -> range("seq", state, condition, bound)))
                        .map(range -> "(SELECT COUNT(*) FROM " + range + " part_)")
                        .collect(Collectors.joining(" + "))
                + " AS place FROM {live} q WHERE q.request_key = :key AND q.state IN ('P', 'W')");
    }

    private String range(String columns, String state, String condition, String limit) {
        return dialect.first(
                "SELECT " + columns + " FROM {live} WHERE state = '" + state + "' AND " + condition, limit);
    }

    /** Returns the place of a waiting request. */
    Optional<Place> place(Handle handle, RequestKey key) {
        return handle.createQuery(tables.sql(PLACE))
                .bind("key", key.value())
                .map((row, context) -> new Place(row.getLong("lane"), row.getLong("seq")))
                .findOne();
    }

    /** The place of a waiting request, and the number of waiting rows up to another place; more than exact if cut off. */
    record Exact(Place place, long rank) {}

    /** Returns the number of waiting rows up to {@code place} while the request of that key waits. */
    Optional<Exact> exact(Handle handle, RequestKey key, Place place) {
        return handle.createQuery(exact)
                .configure(SqlStatements.class, config -> config.setUnusedBindingAllowed(true))
                .bind("key", key.value())
                .bind("laneBefore", place.lane() - 1)
                .bind("lane", place.lane())
                .bind("seq", place.seq())
                .map((row, context) ->
                        new Exact(new Place(row.getLong("lane"), row.getLong("seq")), row.getLong("place")))
                .findOne();
    }

    /** Counts the rows behind {@code after}, up to the lane {@code lastLane}, {@code limit} of them at most. */
    Chunk rungs(Handle handle, Place after, long lastLane, int limit, long step) {
        List<Rung> found = new ArrayList<>();
        long[] count = {0};
        handle.createQuery(rungs)
                .configure(SqlStatements.class, config -> config.setUnusedBindingAllowed(true))
                .bind("lane", after.lane())
                .bind("seq", after.seq())
                .bind("nextLane", after.lane() + 1)
                .bind("lastLane", lastLane)
                .bind("limit", limit)
                .bind("step", step)
                .map((row, context) -> {
                    count[0] = row.getLong("n");
                    return new Rung(new Place(row.getLong("lane"), row.getLong("seq")), row.getLong("i"));
                })
                .forEach(found::add);
        return new Chunk(found, count[0], count[0] == limit);
    }

    /** Counts the finished rows of a state that ended after {@code after}, {@code limit} and those at the same time as the last. */
    Ended ended(Handle handle, String state, long after, int limit) {
        String from = " FROM {finished} WHERE state = '" + state + "' AND finished >= :from";
        Ended found = handle.createQuery(tables.sql("SELECT COUNT(*) AS n, MAX(finished) AS last_ FROM "
                        + dialect.first("SELECT finished" + from + " ORDER BY state, finished", ":limit") + " part_"))
                .bind("from", after + 1)
                .bind("limit", limit)
                .map((row, context) -> new Ended(row.getLong("n"), row.getLong("last_")))
                .one();
        if (found.count() < limit) {
            return found.count() == 0 ? new Ended(0, after) : found;
        }
        long all = handle.createQuery(tables.sql("SELECT COUNT(*)" + from + " AND finished <= :to"))
                .bind("from", after + 1)
                .bind("to", found.last())
                .mapTo(Long.class)
                .one();
        return new Ended(all, found.last());
    }

    /** Counts the requests that were cancelled after {@code time}, {@code limit} of them at most. */
    long cancelledSince(Handle handle, long time, long limit) {
        return handle.createQuery(tables.sql("SELECT COUNT(*) FROM "
                        + dialect.first(
                                "SELECT finished FROM {finished} WHERE state = 'X' AND finished >= :time"
                                        + " ORDER BY state, finished",
                                ":limit")
                        + " part_"))
                .bind("time", time + 1)
                .bind("limit", limit)
                .mapTo(Long.class)
                .one();
    }

    /** Returns when the first request behind a lane was submitted, of those in one state, and its lane. */
    Optional<LaneHead> headBehind(Handle handle, String state, long lane) {
        return handle.createQuery(tables.sql("SELECT lane, submitted FROM {live} WHERE state = '" + state
                        + "' AND lane >= :lane" + Tables.ORDER_OF_LEASES + " LIMIT 1"))
                .bind("lane", lane + 1)
                .map((row, context) -> new LaneHead(row.getLong("lane"), row.getLong("submitted")))
                .findOne();
    }

    /** The first request of a lane. */
    record LaneHead(long lane, long submitted) {}

    /** Returns the earliest submission of a waiting request, looking at the heads of {@code lanes} lanes at most. */
    OptionalLong oldest(Handle handle, int lanes) {
        long oldest = Long.MAX_VALUE;
        for (String state : PENDING) {
            Optional<LaneHead> head = headBehind(handle, state, Long.MIN_VALUE);
            for (int i = 1; head.isPresent() && i <= lanes; i++) {
                oldest = Math.min(oldest, head.get().submitted());
                head = headBehind(handle, state, head.get().lane());
            }
        }
        return oldest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(oldest);
    }
}
