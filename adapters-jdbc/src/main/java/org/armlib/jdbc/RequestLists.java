package org.armlib.jdbc;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.armlib.domain.Phase;
import org.armlib.jdbc.Tables.End;
import org.armlib.jdbc.Tables.Place;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatements;

/** Pages of requests, and the removal of finished ones: each reads the rows that it returns or removes, and no others. */
final class RequestLists {
    private final Tables tables;
    private final Dialect dialect;
    private final String pending;

    RequestLists(Tables tables, Dialect dialect) {
        this.tables = tables;
        this.dialect = dialect;
        String parts = Stream.of(Stored.READY, Stored.WAITING)
                .flatMap(state -> dialect.afterPlace().stream()
                        .map(condition ->
                                dialect.first(Tables.LIVE + "state = '" + state + "' AND " + condition, ":limit")))
                .map(part -> "SELECT * FROM " + part + " part_")
                .collect(Collectors.joining(" UNION ALL "));
        this.pending = tables.sql("SELECT * FROM (" + parts + ") parts_ ORDER BY lane, seq LIMIT :limit");
    }

    /** Returns the waiting rows that follow {@code after}, in the order of leases. */
    List<Stored> pending(Handle handle, Place after, int limit) {
        return handle.createQuery(pending)
                .configure(SqlStatements.class, config -> config.setUnusedBindingAllowed(true))
                .bind("lane", after.lane())
                .bind("seq", after.seq())
                .bind("nextLane", after.lane() + 1)
                .bind("lastLane", Long.MAX_VALUE)
                .bind("limit", limit)
                .map((row, context) -> Stored.of(row))
                .list();
    }

    /** Returns the running rows that follow {@code after}. */
    List<Stored> running(Handle handle, Place after, int limit) {
        return handle.createQuery(tables.sql(Tables.LIVE
                        + "state = 'R' AND (lane > :lane OR (lane = :lane AND seq > :seq))" + Tables.ORDER_OF_LEASES
                        + " LIMIT :limit"))
                .bind("lane", after.lane())
                .bind("seq", after.seq())
                .bind("limit", limit)
                .map((row, context) -> Stored.of(row))
                .list();
    }

    /** Returns the rows that ended in {@code state} and follow {@code after}, the earliest first. */
    List<Stored> finished(Handle handle, String state, End after, int limit) {
        String parts = Stream.of("finished = :finished AND request_key > :key", "finished >= :nextFinished")
                .map(condition -> dialect.first(
                        Tables.FINISHED + "state = '" + state + "' AND " + condition
                                + " ORDER BY state, finished, request_key",
                        ":limit"))
                .map(part -> "SELECT * FROM " + part + " part_")
                .collect(Collectors.joining(" UNION ALL "));
        return handle.createQuery(
                        tables.sql("SELECT * FROM (" + parts + ") parts_ ORDER BY finished, request_key LIMIT :limit"))
                .bind("finished", after.finished())
                .bind("nextFinished", after.finished() + 1)
                .bind("key", after.key())
                .bind("limit", limit)
                .map((row, context) -> Stored.of(row))
                .list();
    }

    /** Forgets finished requests that ended before {@code time}; returns the number of them by their phase. */
    Map<Phase, Integer> prune(Handle handle, long time, int limit) {
        Map<Phase, Integer> pruned = new EnumMap<>(Phase.class);
        int left = limit;
        for (Map.Entry<Phase, String> one : FinishedCounts.STATES.entrySet()) {
            int count = left > 0 ? prune(handle, one.getValue(), time, left) : 0;
            pruned.put(one.getKey(), count);
            left -= count;
        }
        return pruned;
    }

    private int prune(Handle handle, String state, long time, int limit) {
        List<String[]> old = handle.createQuery(tables.sql("SELECT request_key, submission FROM "
                        + dialect.first(
                                "SELECT request_key, submission FROM {finished} WHERE state = '" + state
                                        + "' AND finished < :time ORDER BY state, finished",
                                ":limit")
                        + " part_"))
                .bind("time", time)
                .bind("limit", limit)
                .map((row, context) -> new String[] {row.getString("request_key"), row.getString("submission")})
                .list();
        if (old.isEmpty()) {
            return 0;
        }
        PreparedBatch delete = handle.prepareBatch(
                tables.sql("DELETE FROM {finished} WHERE request_key = :key AND submission = :submission"));
        old.stream()
                .sorted((a, b) -> a[0].compareTo(b[0]))
                .forEach(one ->
                        delete.bind("key", one[0]).bind("submission", one[1]).add());
        int deleted = 0;
        for (int count : delete.execute()) {
            deleted += count > 0 ? 1 : 0;
        }
        return deleted;
    }
}
