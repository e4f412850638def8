package org.armlib.jdbc;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.armlib.domain.WorkerId;
import org.armlib.ports.QueueOverview;

/** Notes in the database when workers were last heard of, not with every word of theirs. Safe for use by many threads. */
final class Sightings {
    /** Microseconds. */
    private static final long NOTED_EVERY = Times.micros(QueueOverview.WORKER_SEEN.dividedBy(4));

    private static final int MOST_REMEMBERED = 10_000;

    private final Sessions sessions;
    private final Tables tables;
    private final Dialect dialect;
    private final Map<WorkerId, Long> noted = new ConcurrentHashMap<>();

    Sightings(Sessions sessions, Tables tables, Dialect dialect) {
        this.sessions = sessions;
        this.tables = tables;
        this.dialect = dialect;
    }

    /** These workers were heard of at {@code time}, by the database's clock in microseconds. */
    void seen(Collection<WorkerId> workers, long time) {
        List<WorkerId> due = workers.stream()
                .filter(worker -> Math.abs(time - noted.getOrDefault(worker, 0L)) > NOTED_EVERY)
                .distinct()
                .toList();
        if (due.isEmpty()) {
            return;
        }
        if (noted.size() > MOST_REMEMBERED) {
            noted.clear();
        }
        sessions.inTransaction("note the workers", Optional.empty(), handle -> {
            tables.seen(handle, dialect.workerSeen(), due, time);
            return due;
        });
        due.forEach(worker -> noted.put(worker, time));
    }
}
