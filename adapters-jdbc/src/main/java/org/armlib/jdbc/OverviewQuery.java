package org.armlib.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.Phase;
import org.armlib.ports.DurationSample;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.RunningRequest;
import org.jdbi.v3.core.Handle;

/** One statement for the queue in numbers: counts end at one more than is exact, and no parameters are read. */
final class OverviewQuery {
    private static final String RECENT = "recent";
    private static final String RUNS = "runs";
    private static final int MAX_WORKERS = 100_000;
    private static final String COUNTED = String.valueOf(QueueOverview.EXACT + 1);

    private final String sql;

    OverviewQuery(Tables tables, Dialect dialect) {
        List<String> parts = new ArrayList<>();
        parts.add(live(dialect, Stored.READY, Tables.ORDER_OF_LEASES));
        parts.add(live(dialect, Stored.WAITING, Tables.ORDER_OF_LEASES));
        parts.add(live(dialect, Stored.RUNNING, dialect.orderOfRunning()));
        for (String state : List.of(Stored.COMPLETED, Stored.FAILED, Stored.CANCELLED)) {
            parts.add("SELECT '" + state + "', COUNT(*), 0, 0, 0, 0e0 FROM "
                    + dialect.first(
                            "SELECT finished FROM {finished} WHERE state = '" + state + "' ORDER BY state, finished",
                            COUNTED)
                    + " part_");
        }
        parts.add("SELECT '" + RECENT + "', COUNT(*), 0, SUM(finished - started), 0, 0e0 FROM "
                + dialect.first(
                        "SELECT started, finished FROM {finished} WHERE state = 'C'"
                                + " ORDER BY state DESC, finished DESC",
                        String.valueOf(QueueOverview.RECENT))
                + " part_");
        parts.add("SELECT '" + RUNS + "', started, 0, estimate, 0, progress FROM "
                + dialect.first(
                        "SELECT started, estimate, progress FROM {live} WHERE state = 'R'" + dialect.orderOfRunning(),
                        String.valueOf(QueueOverview.MAX_RUNNING))
                + " part_");
        this.sql = tables.sql("SELECT suspended, (SELECT COUNT(*) FROM (SELECT seen FROM {worker} ORDER BY name LIMIT "
                + MAX_WORKERS + ") part_ WHERE seen > " + tables.nowExpression()
                + " - :age) AS workers, numbers.* FROM {control}, (" + String.join(" UNION ALL ", parts)
                + ") numbers WHERE id = 1");
    }

    private static String live(Dialect dialect, String state, String order) {
        return "SELECT '" + state + "' AS part, COUNT(*) AS number,"
                + " SUM(CASE WHEN estimate > 0 THEN 1 ELSE 0 END) AS known,"
                + " SUM(estimate) AS total, MIN(submitted) AS oldest, 0e0 AS progress FROM "
                + dialect.first("SELECT estimate, submitted FROM {live} WHERE state = '" + state + "'" + order, COUNTED)
                + " part_";
    }

    /** Reads the numbers; each count that is more than exact is {@link QueueOverview#EXACT} and one. */
    QueueOverview read(Handle handle) {
        Reading reading = new Reading();
        handle.createQuery(sql)
                .bind("age", Times.micros(QueueOverview.WORKER_SEEN))
                .map((row, context) -> {
                    reading.add(row);
                    return row;
                })
                .forEach(row -> {});
        return reading.overview();
    }

    private static final class Reading {
        private final Map<Phase, Long> counts = new EnumMap<>(Phase.class);
        private final List<RunningRequest> running = new ArrayList<>();
        private long oldest = Long.MAX_VALUE;
        private long size;
        private long known;
        private Duration estimates = Duration.ZERO;
        private DurationSample recent = DurationSample.EMPTY;
        private int workers;
        private boolean suspended;

        void add(ResultSet row) throws SQLException {
            workers = row.getInt("workers");
            suspended = row.getBoolean("suspended");
            String part = row.getString("part").strip();
            long number = row.getLong("number");
            switch (part) {
                case RUNS ->
                    running.add(new RunningRequest(
                            Times.instant(number), Duration.ofNanos(row.getLong("total")), row.getDouble("progress")));
                case RECENT ->
                    recent = new DurationSample(number, number, Duration.ofNanos(row.getLong("total") * 1000));
                case Stored.READY, Stored.WAITING -> {
                    counts.merge(Phase.PENDING, number, Long::sum);
                    size += number;
                    known += row.getLong("known");
                    estimates = estimates.plus(Duration.ofNanos(row.getLong("total")));
                    oldest = number == 0 ? oldest : Math.min(oldest, row.getLong("oldest"));
                }
                default -> counts.put(Tables.phase(part), number);
            }
        }

        QueueOverview overview() {
            return new QueueOverview(
                    counts,
                    oldest == Long.MAX_VALUE ? Optional.empty() : Optional.of(Times.instant(oldest)),
                    new DurationSample(size, known, estimates),
                    recent,
                    running,
                    workers,
                    suspended);
        }
    }
}
