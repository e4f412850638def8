package org.armlib.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.armlib.jdbc.ClaimOrderLadder.Chunk;
import org.armlib.jdbc.ClaimOrderLadder.Rung;
import org.armlib.jdbc.Tables.Place;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a ladder of a deep queue while positions are asked for. Requests are leased from the front and added at the end
 * of a lane: those parts are counted a few times a second. The rest is counted chunk by chunk at a small share of the
 * time, and faster if many requests were cancelled. Safe for use by many threads.
 */
final class LadderKeeper {
    private static final int FRONT = 4_000;
    private static final int CHUNK = 20_000;
    private static final int LANES = 16;
    private static final Duration FRONT_EVERY = Duration.ofMillis(400);
    private static final Duration STALE = Duration.ofSeconds(2);

    /** The time for which a ladder is corrected by what changes at its ends, although nobody had it kept meanwhile. */
    private static final Duration KEPT_FOR = Duration.ofMinutes(10);

    /** The time that a caller waits for the front of the queue to be counted, at most. */
    private static final Duration FRONT_PATIENCE = Duration.ofSeconds(2);

    /** Of the time, one part in this many is spent on counting. */
    private static final int SHARE = 20;

    private static final int HURRIED_SHARE = 2;

    /** Rungs are as far apart as one part in this many of their rank. */
    private static final int PRECISION = 512;

    private static final int MIN_STEP = 8;

    private final Sessions sessions;
    private final DepthQueries queries;
    private final Tables tables;
    private final Refresher refresher;
    private volatile @Nullable View view;
    private volatile CompletableFuture<View> next = new CompletableFuture<>();

    // Used by one step at a time.
    private boolean walked = true;
    private Place cursor = Place.START;
    private long walkBegan;
    private boolean hurried;

    /**
     * What is known of the queue.
     *
     * @param complete whether all of the queue was counted at least once
     * @param frontAt when the front was counted, by {@link System#nanoTime}
     * @param oldest the earliest submission of a waiting request, in microseconds since 1970
     */
    record View(ClaimOrderLadder ladder, boolean complete, long frontAt, long oldest) {
        boolean isFresh() {
            return isYoungerThan(STALE);
        }

        boolean isYoungerThan(Duration age) {
            return System.nanoTime() - frontAt < age.toNanos();
        }

        Instant oldestPending() {
            return Times.instant(oldest);
        }
    }

    LadderKeeper(Sessions sessions, Tables tables, DepthQueries queries) {
        this.sessions = sessions;
        this.tables = tables;
        this.queries = queries;
        this.refresher = new Refresher(sessions, this::step);
    }

    /** Returns what is known, if that is less than a moment old; does not wait, and has nothing counted. */
    Optional<View> known() {
        return Optional.ofNullable(view).filter(View::isFresh);
    }

    /** Has the ladder kept. */
    void keep() {
        refresher.ask();
    }

    /**
     * Returns what is known of a deep queue, and waits a little for it if that is nothing; empty if it stays nothing.
     *
     * @param patience the time since the first of such calls to wait for all of the queue to be counted, at most
     */
    Optional<View> await(Duration patience) {
        refresher.ask();
        Optional<View> found = known();
        boolean interrupted = false;
        while (found.filter(View::complete).isEmpty() && !interrupted) {
            Duration left = refresher.left(found.isPresent() ? patience : FRONT_PATIENCE);
            try {
                found = Optional.of(next.get(left.toNanos(), TimeUnit.NANOSECONDS))
                        .filter(View::isFresh);
            } catch (TimeoutException | ExecutionException e) {
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return found.or(() -> Optional.ofNullable(view));
    }

    private Duration step() {
        long began = System.nanoTime();
        Optional<View> last = Optional.ofNullable(view).filter(old -> old.isYoungerThan(KEPT_FOR));
        boolean frontIsDue = last.isEmpty() || (walked && !last.get().isYoungerThan(FRONT_EVERY));
        View now = frontIsDue ? front(last) : walk(last.get());
        walked = !frontIsDue;
        publish(now);
        long cost = System.nanoTime() - began;
        if (!now.complete()) {
            return Duration.ZERO;
        }
        long pause = cost * ((hurried ? HURRIED_SHARE : SHARE) - 1);
        boolean walking = !cursor.equals(Place.START);
        return Duration.ofNanos(
                walking ? Math.min(pause, FRONT_EVERY.toNanos()) : Math.max(pause, FRONT_EVERY.toNanos()));
    }

    private void publish(View now) {
        view = now;
        CompletableFuture<View> waiting = next;
        next = new CompletableFuture<>();
        waiting.complete(now);
    }

    /** Counts what changes all the time: the front, and the ends of lanes. */
    private View front(Optional<View> last) {
        return sessions.inSession("count the front of the queue", Optional.empty(), handle -> {
            long at = System.nanoTime();
            ClaimOrderLadder ladder = last.map(View::ladder).orElse(ClaimOrderLadder.EMPTY);
            if (last.isEmpty()) {
                cursor = Place.START;
                hurried = false;
            }
            Chunk chunk = queries.rungs(handle, Place.START, Long.MAX_VALUE, FRONT, MIN_STEP);
            ladder = ladder.with(Place.START, chunk, Long.MAX_VALUE);
            boolean complete = last.filter(View::complete).isPresent() || !chunk.full();
            if (!chunk.full()) {
                cursor = Place.START;
            } else {
                if (cursor.equals(Place.START)) {
                    walkBegan = tables.now(handle);
                    hurried = false;
                }
                if (ClaimOrderLadder.compare(cursor, chunk.end()) < 0) {
                    cursor = chunk.end();
                }
                if (complete) {
                    for (Rung end : ladder.laneEnds(LANES)) {
                        long toLane = ladder.laneAfter(end.place());
                        Chunk added = queries.rungs(handle, end.place(), before(toLane), FRONT, step(end.rank()));
                        if (added.count() > 0) {
                            ladder = ladder.with(end.place(), added, toLane);
                        }
                    }
                    long bound = Math.max(1, ladder.size() / (PRECISION / 2));
                    hurried |= queries.cancelledSince(handle, walkBegan, bound) == bound;
                }
            }
            return new View(ladder, complete, at, queries.oldest(handle, LANES).orElse(0));
        });
    }

    /** Counts the next chunk. */
    private View walk(View last) {
        return sessions.inSession("count the queue", Optional.empty(), handle -> {
            long rank = last.ladder().rank(cursor);
            Chunk chunk = queries.rungs(handle, cursor, Long.MAX_VALUE, CHUNK, step(rank));
            ClaimOrderLadder ladder = last.ladder().with(cursor, chunk, Long.MAX_VALUE);
            cursor = chunk.full() ? chunk.end() : Place.START;
            return new View(ladder, last.complete() || !chunk.full(), last.frontAt(), last.oldest());
        });
    }

    private static long before(long lane) {
        return lane == Long.MAX_VALUE ? lane : lane - 1;
    }

    private static long step(long rank) {
        return Math.max(MIN_STEP, rank / PRECISION);
    }
}
