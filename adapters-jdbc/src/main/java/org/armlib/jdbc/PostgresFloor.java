package org.armlib.jdbc;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A floor that is used only while it is needed. Now and then the database is asked how many pages it reads to find the
 * first ready row from the beginning; while those are many, claims begin where the last one did. Then a request that
 * comes back, or is submitted with a higher priority by another server, may wait until the next look.
 *
 * <p>Used by one thread at a time, but for {@link #reset} and {@link #added}.
 */
final class PostgresFloor implements Floor {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final long MANY_PAGES = 100;
    private static final Pattern PAGES = Pattern.compile("Buffers: shared(?: hit=(\\d++))?(?: read=(\\d++))?");

    private final Sessions sessions;
    private final Tables tables;
    private long lookedAt;
    private boolean looked;
    private boolean burdened;
    private volatile Tables.Place place = Tables.Place.START;

    PostgresFloor(Sessions sessions, Tables tables) {
        this.sessions = sessions;
        this.tables = tables;
    }

    @Override
    public void check() {
        long now = System.nanoTime();
        if (looked && now - lookedAt < LOOK_EVERY.toNanos()) {
            return;
        }
        looked = true;
        lookedAt = now;
        place = Tables.Place.START;
        burdened = sessions.inSession("look at the head of the queue", Optional.empty(), handle -> {
                    String first = handle
                            .createQuery(tables.sql("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF)"
                                    + " SELECT seq FROM {live} WHERE state = 'P' ORDER BY lane, seq LIMIT 1"))
                            .mapTo(String.class)
                            .list()
                            .stream()
                            .filter(line -> line.contains("Buffers: shared"))
                            .findFirst()
                            .orElse("");
                    return pages(first);
                })
                > MANY_PAGES;
    }

    static long pages(String line) {
        Matcher matcher = PAGES.matcher(line);
        return matcher.find() ? number(matcher.group(1)) + number(matcher.group(2)) : 0;
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    @Override
    public Tables.Place place() {
        return place;
    }

    @Override
    public void claimedFrom(Stored first) {
        if (burdened) {
            place = new Tables.Place(first.lane(), first.seq() - 1);
        }
    }

    @Override
    public void added(long lane) {
        if (lane < place.lane()) {
            place = Tables.Place.START;
        }
    }

    @Override
    public void reset() {
        place = Tables.Place.START;
    }
}
