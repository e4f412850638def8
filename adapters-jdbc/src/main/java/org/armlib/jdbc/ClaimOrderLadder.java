package org.armlib.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.armlib.jdbc.Tables.Place;

/**
 * An estimate of the number of waiting rows up to a place in the order of leases: rungs are rows whose rank was counted,
 * the ranks between two of them are interpolated. Immutable.
 */
final class ClaimOrderLadder {
    static final ClaimOrderLadder EMPTY = new ClaimOrderLadder(List.of());

    /** Far enough apart for the share of a lane in the sequence to mean something. */
    private static final long DENSITY_SPAN = 256;

    /** More than the precision takes; each priority adds two, and callers choose those. */
    private static final int MAX_RUNGS = 16_384;

    private static final int THINNED_PRECISION = 1_024;

    private final List<Rung> rungs;
    private final long newest;

    /**
     * A waiting row.
     *
     * @param place its place
     * @param rank the number of waiting rows up to it, itself included
     */
    record Rung(Place place, long rank) {}

    /**
     * Rows that follow one another.
     *
     * @param rungs some of them, always with the last; ranks count within the chunk
     * @param count the number of rows
     * @param full whether more rows may follow before the end of what was read
     */
    record Chunk(List<Rung> rungs, long count, boolean full) {
        Place end() {
            return rungs.get(rungs.size() - 1).place();
        }
    }

    private ClaimOrderLadder(List<Rung> rungs) {
        this.rungs = List.copyOf(thinned(rungs));
        this.newest = rungs.stream().mapToLong(rung -> rung.place().seq()).max().orElse(0);
    }

    /** Leaves out rungs that are closer to the one before than the precision asks for, if there are too many. */
    private static List<Rung> thinned(List<Rung> rungs) {
        if (rungs.size() <= MAX_RUNGS) {
            return rungs;
        }
        List<Rung> kept = new ArrayList<>();
        for (Rung rung : rungs.subList(0, rungs.size() - 1)) {
            long last = lastRank(kept);
            if (rung.rank() > last + last / THINNED_PRECISION) {
                kept.add(rung);
            }
        }
        kept.add(rungs.get(rungs.size() - 1));
        return kept;
    }

    /** Returns the number of rungs. */
    int rungs() {
        return rungs.size();
    }

    /** Returns the number of waiting rows. */
    long size() {
        return rungs.isEmpty() ? 0 : rungs.get(rungs.size() - 1).rank();
    }

    /** Returns the last row of each lane but the last lane, {@code limit} of them at most. */
    List<Rung> laneEnds(int limit) {
        List<Rung> ends = new ArrayList<>();
        for (int i = 1; i < rungs.size() && ends.size() < limit; i++) {
            if (rungs.get(i - 1).place().lane() != rungs.get(i).place().lane()) {
                ends.add(rungs.get(i - 1));
            }
        }
        return ends;
    }

    /** Returns the lane that follows that of {@code place}, or the last possible one if none does. */
    long laneAfter(Place place) {
        int next = firstFrom(new Place(place.lane(), Long.MAX_VALUE));
        return next < rungs.size() ? rungs.get(next).place().lane() : Long.MAX_VALUE;
    }

    /**
     * Returns the ladder with the rows behind {@code after}, and before the lane {@code toLane}, counted anew.
     *
     * @param chunk what was found there; if it is full, rows behind its end are those known before
     */
    ClaimOrderLadder with(Place after, Chunk chunk, long toLane) {
        int kept = firstFrom(after);
        if (kept < rungs.size() && rungs.get(kept).place().equals(after)) {
            kept++;
        }
        long base = after.equals(Place.START) ? 0 : rank(after);
        List<Rung> next = new ArrayList<>(rungs.subList(0, kept));
        chunk.rungs().forEach(rung -> next.add(new Rung(rung.place(), base + rung.rank())));
        int rest = firstFrom(chunk.full() ? chunk.end() : new Place(toLane, Long.MIN_VALUE));
        if (rest < rungs.size()) {
            long before = chunk.full() ? rank(chunk.end()) : rungs.get(rest).rank() - 1;
            long shift = base + chunk.count() - before;
            for (Rung rung : rungs.subList(rest, rungs.size())) {
                if (compare(rung.place(), lastOf(next)) > 0) {
                    next.add(new Rung(rung.place(), Math.max(lastRank(next) + 1, rung.rank() + shift)));
                }
            }
        }
        return new ClaimOrderLadder(next);
    }

    private static Place lastOf(List<Rung> rungs) {
        return rungs.isEmpty() ? Place.START : rungs.get(rungs.size() - 1).place();
    }

    private static long lastRank(List<Rung> rungs) {
        return rungs.isEmpty() ? 0 : rungs.get(rungs.size() - 1).rank();
    }

    /** Returns the estimated number of waiting rows up to {@code place}, itself included; at least 1. */
    long rank(Place place) {
        int at = firstFrom(place);
        if (at < rungs.size() && rungs.get(at).place().equals(place)) {
            return rungs.get(at).rank();
        }
        if (at == 0) {
            return 1;
        }
        Rung before = rungs.get(at - 1);
        boolean begun = before.place().lane() == place.lane();
        if (at == rungs.size()) {
            return begun ? behind(at - 1, place) : before.rank() + 1;
        }
        Rung next = rungs.get(at);
        if (!begun) {
            return (before.rank() + next.rank() + 1) / 2;
        }
        if (next.place().lane() != place.lane()) {
            return behind(at - 1, place);
        }
        double share = (double) (place.seq() - before.place().seq())
                / (next.place().seq() - before.place().seq());
        return before.rank() + Math.max(1, Math.round(share * (next.rank() - before.rank())));
    }

    /** Returns the rank of a row that was added to a lane after its last rung was counted. */
    private long behind(int last, Place place) {
        Rung end = rungs.get(last);
        long added = place.seq() - Math.max(end.place().seq(), newest);
        return end.rank() + Math.max(1, Math.round(density(last) * added));
    }

    /** Returns the share of a lane in the numbers of the sequence, at its end. */
    private double density(int last) {
        Rung end = rungs.get(last);
        for (int i = last - 1;
                i >= 0 && rungs.get(i).place().lane() == end.place().lane();
                i--) {
            long span = end.place().seq() - rungs.get(i).place().seq();
            if (span >= DENSITY_SPAN) {
                return Math.min(1, (double) (end.rank() - rungs.get(i).rank()) / span);
            }
        }
        return 1;
    }

    /** The index of the first rung that is not before {@code place}. */
    private int firstFrom(Place place) {
        int low = 0;
        int high = rungs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(rungs.get(middle).place(), place) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    static int compare(Place one, Place other) {
        return one.lane() != other.lane()
                ? Long.compare(one.lane(), other.lane())
                : Long.compare(one.seq(), other.seq());
    }
}
