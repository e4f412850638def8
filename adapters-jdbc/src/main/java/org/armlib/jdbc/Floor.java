package org.armlib.jdbc;

/**
 * The place in the order of leases before which no ready row stands, where looking from the very beginning would be
 * slow: PostgreSQL keeps rows that were leased long ago in the index for as long as anybody may still see them, and a
 * claim has to pass them all.
 */
interface Floor {
    /** Looks, now and then, whether a floor is needed. */
    void check();

    /** Where to begin. */
    Tables.Place place();

    /** The first row that a claim from {@link #place} has found. */
    void claimedFrom(Stored first);

    /** A request was added in that lane. */
    void added(long lane);

    /** Begins at the beginning: something may have become ready before the floor. */
    void reset();

    /** No floor: every claim begins at the beginning. */
    Floor NONE = new Floor() {
        @Override
        public void check() {}

        @Override
        public Tables.Place place() {
            return Tables.Place.START;
        }

        @Override
        public void claimedFrom(Stored first) {}

        @Override
        public void added(long lane) {}

        @Override
        public void reset() {}
    };
}
