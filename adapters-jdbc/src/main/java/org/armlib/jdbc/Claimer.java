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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.armlib.domain.InProgress;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Pending;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.domain.WorkerId;
import org.armlib.ports.QueueException;
import org.jdbi.v3.core.Handle;

/**
 * Claims requests for this server: the next ready ones; and where there are none, first makes ready what has become due
 * and what a dead worker left. Used by one thread at a time.
 */
final class Claimer implements LeaseDesk.Claims {
    /** Another server may hold shorter leases than this one's policy gives, so that it looks more often than it must. */
    private static final Duration LONGEST_WITHOUT_UPKEEP = Duration.ofSeconds(10);

    /** How many expired leases are taken back in one transaction. */
    private static final int UPKEEP_BATCH = 500;

    /** More than other servers, configured otherwise, may have a lease or a backoff last. */
    private static final Duration LONGEST_CONFIGURABLE_WAIT = Duration.ofDays(7);

    /** The database's clock was put right if it goes back further than this, in microseconds. */
    private static final long MAX_STEP_BACK = Times.micros(Duration.ofSeconds(1));

    private static final Duration SOON = Duration.ofMillis(5);
    private static final int TRIES_FOR_A_LOCKED_ROW = 10;
    private static final Duration SHORTLY = Duration.ofMillis(250);

    private final Sessions sessions;
    private final Tables tables;
    private final Dialect dialect;
    private final RetryPolicy policy;
    private final Sightings sightings;
    private final Floor floor;
    private final Duration pollEvery;

    /** When to look for expired leases, by the database's time: none that this server can know of expires before. */
    private long upkeepAt;

    /** When it was last looked, by the same time. */
    private long upkeepDone;

    /** Leases that may have been granted by a claim whose answer was lost, with when to forget them. */
    private final Map<String, Long> doubtful = new HashMap<>();

    Claimer(
            Sessions sessions,
            Tables tables,
            Dialect dialect,
            RetryPolicy policy,
            Sightings sightings,
            Floor floor,
            Duration pollEvery) {
        this.sessions = sessions;
        this.tables = tables;
        this.dialect = dialect;
        this.policy = policy;
        this.sightings = sightings;
        this.floor = floor;
        this.pollEvery = pollEvery;
    }

    @Override
    public LeaseDesk.Claimed claim(List<Dialect.Slot> slots) {
        List<WorkerId> workers =
                slots.stream().map(Dialect.Slot::worker).distinct().toList();
        List<LeasedRequest> found = recovered(workers);
        if (!found.isEmpty()) {
            return new LeaseDesk.Claimed(found, SOON);
        }
        int tries = 0;
        while (true) {
            floor.check();
            Tables.Place from = floor.place();
            List<Stored> rows = tryClaim(slots, from);
            if (!rows.isEmpty()) {
                floor.claimedFrom(rows.get(0));
                if (started(rows.get(0)) < upkeepDone - MAX_STEP_BACK) {
                    upkeepAt = 0;
                }
                List<LeasedRequest> leased = rows.stream()
                        .map(row -> row.submission().leased().orElseThrow())
                        .toList();
                sightings.seen(workers, started(rows.get(0)));
                return new LeaseDesk.Claimed(leased, SHORTLY);
            }
            Tables.Look look = sessions.inSession("look at the queue", Optional.empty(), tables::look);
            sightings.seen(workers, look.now());
            if (look.suspended()) {
                return nothing(pollEvery);
            }
            if (look.now() >= upkeepAt || look.now() < upkeepDone - MAX_STEP_BACK) {
                floor.reset();
                takeBackExpired();
            } else if (look.nextDue().isPresent() && look.nextDue().getAsLong() <= look.now()) {
                floor.reset();
                long time = look.now();
                sessions.inTransaction("wake requests", Optional.empty(), handle -> {
                    tables.wake(handle, time);
                    return time;
                });
            } else if (!from.equals(Tables.Place.START)) {
                floor.reset();
            } else if (look.anyReady() && tries < TRIES_FOR_A_LOCKED_ROW) {
                // Somebody holds it for a moment: one who joins it, or another server.
                tries++;
                LockSupport.parkNanos(SOON.toNanos());
            } else {
                return nothing(look.anyReady() ? SOON : untilNext(look));
            }
        }
    }

    private static LeaseDesk.Claimed nothing(Duration again) {
        // Spread, so that many servers do not ask all at once.
        double spread = ThreadLocalRandom.current().nextDouble(0.75, 1.25);
        return new LeaseDesk.Claimed(List.of(), Duration.ofNanos((long) (again.toNanos() * spread)));
    }

    private Duration untilNext(Tables.Look look) {
        long next = Math.min(upkeepAt, look.nextDue().orElse(Long.MAX_VALUE)) - look.now();
        long poll = Times.micros(pollEvery);
        return Duration.ofNanos(Math.max(1, Math.min(next, poll)) * 1000);
    }

    private static long started(Stored row) {
        return row.submission().state() instanceof InProgress running ? Times.micros(running.started()) : 0;
    }

    private List<Stored> tryClaim(List<Dialect.Slot> slots, Tables.Place from) {
        Sessions.Work<List<Stored>> work = handle -> dialect.claim(handle, slots, upkeepAt, from);
        try {
            return dialect.isOneStep()
                    ? sessions.once("lease requests", work)
                    : sessions.onceInTransaction("lease requests", work);
        } catch (QueueException e) {
            if (e.retryable()) {
                long forgetAt = System.nanoTime() + policy.visibilityTimeout().toNanos();
                slots.forEach(slot -> doubtful.put(slot.token().toString(), forgetAt));
            }
            throw e;
        }
    }

    /** What an earlier claim leased to these workers without their being told. */
    private List<LeasedRequest> recovered(Collection<WorkerId> workers) {
        doubtful.values().removeIf(forgetAt -> System.nanoTime() - forgetAt > 0);
        if (doubtful.isEmpty()) {
            return List.of();
        }
        List<LeasedRequest> found = new ArrayList<>();
        List<Stored> rows = sessions.inSession(
                "find lost leases", Optional.empty(), handle -> tables.withTokens(handle, doubtful.keySet()));
        for (Stored row : rows) {
            LeasedRequest leased = row.submission().leased().orElseThrow();
            if (workers.contains(leased.lease().worker())) {
                doubtful.remove(leased.lease().token().toString());
                found.add(leased);
            }
        }
        return found;
    }

    /** Makes requests ready whose leases have run out, and ends those whose attempts are spent. */
    private void takeBackExpired() {
        boolean more = true;
        while (more) {
            more = sessions.inTransaction("take back expired leases", Optional.empty(), handle -> {
                long time = tables.now(handle);
                if (upkeepDone == 0) {
                    tables.cutWaits(handle, time, policy, LONGEST_CONFIGURABLE_WAIT);
                } else if (time < upkeepDone - MAX_STEP_BACK) {
                    tables.cutWaits(handle, time, policy, Duration.ZERO);
                }
                List<Stored> expired = tables.lockExpired(handle, time, UPKEEP_BATCH, dialect.skipLocked());
                for (Stored row : expired) {
                    tables.replace(handle, row, withoutLease(row.submission(), time), time);
                }
                upkeepAt = nextUpkeep(handle, time);
                upkeepDone = time;
                return expired.size() == UPKEEP_BATCH;
            });
        }
    }

    private Submission withoutLease(Submission expired, long time) {
        Submission next = expired.claim(new WorkerId("upkeep"), new UUID(0, 0), policy, Times.instant(time))
                .orElseThrow();
        if (next.state() instanceof InProgress running) {
            return new Submission(
                    next.id(),
                    next.request(),
                    next.submitted(),
                    new Pending(
                            expired.state().attempts(),
                            expired.state().fence(),
                            Times.instant(time),
                            Optional.empty(),
                            Optional.empty(),
                            running.hold()));
        }
        return next;
    }

    private long nextUpkeep(Handle handle, long time) {
        Duration longest = policy.visibilityTimeout().compareTo(LONGEST_WITHOUT_UPKEEP) < 0
                ? policy.visibilityTimeout()
                : LONGEST_WITHOUT_UPKEEP;
        OptionalLong first = tables.firstExpiry(handle);
        return Math.max(time + 1, Math.min(first.orElse(Long.MAX_VALUE), time + Times.micros(longest)));
    }
}
