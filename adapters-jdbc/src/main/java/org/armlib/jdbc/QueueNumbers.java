package org.armlib.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.jdbc.LadderKeeper.View;
import org.armlib.jdbc.Tables.Place;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;

/**
 * Answers where a request stands and how much there is, at a cost that does not depend on it: small numbers are counted,
 * larger ones are known from counts in the background. Safe for use by many threads.
 */
final class QueueNumbers {
    /** What seems to be nearer than this is counted: it may have come nearer since it was estimated. */
    private static final long NEAR = 2 * QueuePosition.EXACT;

    private static final int MAX_PLACES = 10_000;

    /** The time that a position waits for all of the queue to be counted for the first time, at most. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    /** The time that an overview waits for a first count, at most; one is enough for all statuses of a second. */
    private static final Duration COUNT_PATIENCE = Duration.ofSeconds(2);

    private final Sessions sessions;
    private final DepthQueries queries;
    private final OverviewQuery overview;
    private final LadderKeeper keeper;
    private final FinishedCounts finished;

    /** Places of requests read lately: whoever reads or submits a request often asks for its position next. */
    private final Map<RequestKey, Place> places = new ConcurrentHashMap<>();

    QueueNumbers(Sessions sessions, Tables tables, Dialect dialect) {
        this.sessions = sessions;
        this.queries = new DepthQueries(tables, dialect);
        this.overview = new OverviewQuery(tables, dialect);
        this.keeper = new LadderKeeper(sessions, tables, queries);
        this.finished = new FinishedCounts(sessions, queries);
    }

    /** Takes note of a row that was read or added. */
    void found(Stored row) {
        if (row.submission().phase() == Phase.PENDING && row.seq() != 0) {
            if (places.size() >= MAX_PLACES) {
                places.clear();
            }
            places.put(row.submission().key(), new Place(row.lane(), row.seq()));
        }
    }

    Optional<QueuePosition> position(RequestKey key) {
        Optional<View> known = keeper.known();
        Optional<Place> place = Optional.ofNullable(places.remove(key));
        if (place.isEmpty() || isFar(known, place.get())) {
            place = call(key, handle -> queries.place(handle, key));
        }
        if (place.isPresent() && isFar(known, place.get())) {
            keeper.keep();
            return Optional.of(estimate(known, place.get()));
        }
        return place.flatMap(assumed -> counted(key, assumed));
    }

    /** Counts up to the place of a request, which may have changed since it was read. */
    private Optional<QueuePosition> counted(RequestKey key, Place assumed) {
        Optional<DepthQueries.Exact> exact = call(key, handle -> queries.exact(handle, key, assumed));
        if (exact.isPresent() && !exact.get().place().equals(assumed)) {
            Place place = exact.get().place();
            exact = call(key, handle -> queries.exact(handle, key, place))
                    .filter(again -> again.place().equals(place));
        }
        return exact.map(found -> found.rank() <= QueuePosition.EXACT
                ? QueuePosition.exact(found.rank())
                : estimate(keeper.await(PATIENCE), found.place()));
    }

    private static boolean isFar(Optional<View> known, Place place) {
        return known.filter(view -> view.ladder().rank(place) > NEAR).isPresent();
    }

    private static QueuePosition estimate(Optional<View> known, Place place) {
        long rank = known.map(view -> view.ladder().rank(place)).orElse(0L);
        return new QueuePosition(Math.max(QueuePosition.EXACT + 1, rank), true);
    }

    private <T> Optional<T> call(RequestKey key, Sessions.Work<Optional<T>> work) {
        return sessions.call(() -> sessions.inSession("read the position of", Optional.of(key), work));
    }

    /** Takes note of finished requests that were forgotten. */
    void forgotten(Map<Phase, Integer> counts) {
        finished.forget(counts);
    }

    QueueOverview overview() {
        QueueOverview bounded = sessions.call(() -> sessions.inSession("count", Optional.empty(), overview::read));
        Map<Phase, Long> counts = new EnumMap<>(bounded.counts());
        Optional<Instant> oldest = bounded.oldestPending();
        if (bounded.count(Phase.PENDING) > QueueOverview.EXACT) {
            Optional<View> view = keeper.await(COUNT_PATIENCE);
            view.ifPresent(known -> counts.merge(Phase.PENDING, known.ladder().size(), Math::max));
            oldest = view.map(View::oldestPending)
                    .filter(known -> known.isAfter(Instant.EPOCH)
                            && bounded.oldestPending().filter(known::isBefore).isPresent())
                    .or(bounded::oldestPending);
        }
        for (Phase phase : Phase.values()) {
            if (phase.isFinished() && bounded.count(phase) > QueueOverview.EXACT) {
                finished.count(phase, COUNT_PATIENCE).ifPresent(known -> counts.merge(phase, known, Math::max));
            }
        }
        return new QueueOverview(
                counts,
                oldest,
                bounded.estimates(),
                bounded.recent(),
                bounded.running(),
                bounded.workers(),
                bounded.suspended());
    }
}
