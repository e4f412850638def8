package org.armlib.tck;

import java.time.Duration;

/** How long, and how often, the contracts try before a test fails: less where a test is expected to fail. */
final class Patience {
    private static final int SHORTENED = 8;

    private static volatile boolean shortened;

    private Patience() {}

    /** The given limit of a wait, or an eighth of it where the test is expected to fail. */
    static Duration limit(Duration usual) {
        return shortened ? usual.dividedBy(SHORTENED) : usual;
    }

    /** The given number of tries, or one where the test is expected to fail. */
    static int tries(int usual) {
        return shortened ? 1 : usual;
    }

    /** Shortens all limits until {@link #restore}; for tests of the contracts themselves, one at a time. */
    static void shorten() {
        shortened = true;
    }

    /** Ends what {@link #shorten} began. */
    static void restore() {
        shortened = false;
    }
}
