package org.armlib.aws.dynamodb;

import java.time.Duration;
import java.time.Instant;

/** Ages of what was noted, by clocks that may have been wrong. */
final class Ages {
    private Ages() {}

    /**
     * Whether {@code time} is less than {@code age} ago. A time that is further ahead than that counts as long past: the
     * clock that gave it was wrong.
     */
    static boolean isWithin(Duration age, Instant time, Instant now) {
        return Duration.between(time, now).abs().compareTo(age) < 0;
    }
}
