package org.armlib.tck;

/**
 * The size of the races of the contracts: in full with {@code -Darmlib.battery=full}, a quarter otherwise. The planted
 * faults are found by the quarter; the full size is for rarer ones.
 */
final class RaceSize {
    private static final int SHARE = 4;
    private static final boolean FULL = "full".equals(System.getProperty("armlib.battery"));

    private RaceSize() {}

    /** Returns {@code full}, or a quarter of it, rounded up. */
    static int of(int full) {
        return FULL ? full : (full + SHARE - 1) / SHARE;
    }
}
