package org.armlib.tck;

import java.time.Duration;

/** How long, and how often, the contracts try before a test fails: less where a test is expected to fail. */
final class Patience {
    /** The system property that shortens all limits; set by the tests of the contracts themselves. */
    static final String SHORTENED = "armlib.tck.shortened";

    private static final int SHARE = 8;

    private Patience() {}

    /** Returns the limit of a wait, an eighth of {@code usual} where the test is expected to fail. */
    static Duration limit(Duration usual) {
        return Boolean.getBoolean(SHORTENED) ? usual.dividedBy(SHARE) : usual;
    }

    /** Returns the number of tries, one where the test is expected to fail. */
    static int tries(int usual) {
        return Boolean.getBoolean(SHORTENED) ? 1 : usual;
    }
}
