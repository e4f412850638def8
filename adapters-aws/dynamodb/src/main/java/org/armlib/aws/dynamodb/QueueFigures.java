package org.armlib.aws.dynamodb;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.armlib.domain.Phase;
import org.armlib.ports.DurationSample;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.RunningRequest;
import org.jspecify.annotations.Nullable;

/**
 * Answers where a request stands and how much there is, at a cost that does not depend on it: what is near is read off the
 * index, what is far is known from a reading in the background and from the counts of the servers. Safe for use by many
 * threads.
 */
final class QueueFigures {
    private static final Duration LASTS = Duration.ofSeconds(1);

    /** A position estimated up to here may be one that is to be exact. */
    private static final int NEARLY_EXACT = (int) QueuePosition.EXACT * 11 / 10;

    /** A position estimated beyond this has not become one that is to be exact since. */
    private static final long FAR = 2 * QueuePosition.EXACT;

    /** Requests that run stand before those that wait; more of them do not run at a time. */
    private static final int MOST_RUNNING = 2_000;

    /** The time that a position waits for the first reading, at most. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    /** The time that an overview waits for the first reading, at most. */
    private static final Duration OVERVIEW_PATIENCE = Duration.ofSeconds(1);

    private final Requests requests;
    private final Ledger ledger;
    private final Clock clock;
    private final RankKeeper keeper;
    private final AtomicReference<@Nullable Look> lastLook = new AtomicReference<>();
    private final AtomicReference<@Nullable Look> lastDeepLook = new AtomicReference<>();
    private final AtomicReference<Ledger.@Nullable Totals> lastTotals = new AtomicReference<>();

    QueueFigures(Requests requests, Ledger ledger, Clock clock, ScheduledExecutorService threads) {
        this.requests = requests;
        this.ledger = ledger;
        this.clock = clock;
        this.keeper = new RankKeeper(requests, threads, this::totals);
    }

    /** Forgets what it has read: this server has changed something since. */
    void changed() {
        lastLook.set(null);
        lastTotals.set(null);
    }

    /** Returns the position of a waiting request. */
    QueuePosition position(Stored stored) {
        Place place = Place.of(stored.submission());
        long ticket = Attributes.number(stored.item(), Attributes.TICKET, 0);
        Optional<Long> far = keeper.known()
                .map(ranks -> ranks.ahead(place, ticket, totals().counts()))
                .filter(ahead -> ahead > FAR);
        if (far.isPresent()) {
            keeper.ask();
            return estimated(far.get());
        }
        Look look = look();
        if (look.reaches(place)) {
            return QueuePosition.exact(look.pendingBefore(place) + 1);
        }
        long ahead = totals().counts().pending() > NEARLY_EXACT
                ? keeper.await(PATIENCE)
                        .map(ranks -> ranks.ahead(place, ticket, totals().counts()))
                        .orElseGet(() -> totals().counts().ahead(place.priority(), ticket))
                : 0;
        if (ahead <= NEARLY_EXACT) {
            Look deep = deepLook();
            if (deep.reaches(place)) {
                return QueuePosition.exact(deep.pendingBefore(place) + 1);
            }
        }
        return estimated(ahead);
    }

    private static QueuePosition estimated(long ahead) {
        return new QueuePosition(Math.max(ahead, QueuePosition.EXACT) + 1, true);
    }

    /**
     * Returns the queue in numbers.
     *
     * @param running gives the running requests to show
     */
    QueueOverview overview(Supplier<List<RunningRequest>> running) {
        Ledger.Totals totals = totals();
        Look look = lookLately();
        if (!look.whole() && live(totals) <= NEARLY_EXACT) {
            look = deepLook();
        }
        Map<Phase, Long> counts = new EnumMap<>(totals.counts().phases());
        Optional<Instant> oldest = look.oldestPending();
        DurationSample estimates = look.estimates();
        if (look.whole()) {
            counts.put(Phase.PENDING, look.pending());
            counts.put(Phase.IN_PROGRESS, look.running());
        } else {
            counts.merge(Phase.PENDING, look.pending(), Math::max);
            counts.merge(Phase.IN_PROGRESS, look.running(), Math::max);
            Optional<Ranks> ranks = keeper.await(OVERVIEW_PATIENCE);
            if (ranks.isPresent()) {
                counts.put(Phase.PENDING, Math.max(look.pending(), ranks.get().pending(totals.counts())));
                oldest = Stream.concat(oldest.stream(), ranks.get().oldest().stream())
                        .min(Comparator.naturalOrder());
                estimates = ranks.get().estimates();
            }
        }
        return new QueueOverview(
                counts,
                oldest,
                estimates,
                DurationSample.EMPTY,
                look.running() == 0 ? List.of() : running.get(),
                totals.workers(),
                totals.overall().state().suspended());
    }

    /** Returns what the servers have counted, a second ago at most. */
    Ledger.Totals totals() {
        Ledger.Totals last = lastTotals.get();
        if (last != null && Ages.isWithin(LASTS, last.time(), clock.instant())) {
            return last;
        }
        Ledger.Totals totals = ledger.all();
        requests.spread(totals.overall().state().shards());
        lastTotals.set(totals);
        return totals;
    }

    /** Returns the front of the index, as it was a second ago at most. */
    Look lookLately() {
        Look last = lastLook.get();
        return last != null && Ages.isWithin(LASTS, last.time(), clock.instant()) ? last : look();
    }

    private Look look() {
        Look look = Look.at(requests, requests.shards(), Look.ENTRIES, clock.instant());
        lastLook.set(look);
        return look;
    }

    /** Reads as far as positions are exact: some 25 read units, a second apart at least. */
    private Look deepLook() {
        Look last = lastDeepLook.get();
        if (last != null && Ages.isWithin(LASTS, last.time(), clock.instant())) {
            return last;
        }
        long running = totals().counts().phases().getOrDefault(Phase.IN_PROGRESS, 0L);
        int limit = NEARLY_EXACT + (int) Math.min(running, MOST_RUNNING);
        Look look = Look.at(requests, requests.shards(), limit, clock.instant());
        lastDeepLook.set(look);
        return look;
    }

    private static long live(Ledger.Totals totals) {
        Map<Phase, Long> phases = totals.counts().phases();
        return phases.getOrDefault(Phase.PENDING, 0L) + phases.getOrDefault(Phase.IN_PROGRESS, 0L);
    }
}
