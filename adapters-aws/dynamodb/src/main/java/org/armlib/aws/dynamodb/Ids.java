package org.armlib.aws.dynamodb;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * Makes submissions whose order is that of the calls, however many come in one millisecond: within it the nanoseconds of
 * the clock come first in what is otherwise random. Safe for use by many threads.
 */
final class Ids {
    private static final int RANDOM_BITS = 44;
    private static final int NANOS_OF_MILLI = 1_000_000;

    /** A clock that is set back further than this is followed; until then time stands still. */
    private static final Duration STANDSTILL = Duration.ofSeconds(1);

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final AtomicReference<Instant> last = new AtomicReference<>(Instant.EPOCH);

    Ids(Clock clock) {
        this.clock = clock;
    }

    /**
     * What the id of a submission is made of.
     *
     * @param time when it is made, later than the one before
     * @param random gives one number, for the id
     */
    record Newcomer(Instant time, RandomGenerator random) {}

    Newcomer next() {
        Instant time = last.updateAndGet(before -> {
            Instant now = clock.instant();
            boolean follows = now.isAfter(before) || now.isBefore(before.minus(STANDSTILL));
            return follows ? now : before.plusNanos(1);
        });
        long ordered = (long) (time.get(ChronoField.NANO_OF_SECOND) % NANOS_OF_MILLI) << RANDOM_BITS;
        return new Newcomer(time, () -> ordered | random.nextLong() >>> (Long.SIZE - RANDOM_BITS));
    }

    /** From 0 to 1. */
    double chance() {
        return random.nextDouble();
    }
}
