package org.armlib.http.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The time for which an upstream asked not to be called. Thread-safe. */
final class HoldOff {
    private final LongSupplier nanoTime;
    private final long start;
    private final AtomicLong until = new AtomicLong();

    /** Holds nothing yet; {@code nanoTime} is as {@link System#nanoTime}. */
    HoldOff(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** Holds for {@code delay} from now, or for as long as before if that is longer. */
    void begin(Duration delay) {
        until.accumulateAndGet(elapsed() + delay.toNanos(), Math::max);
    }

    /** Returns the time that is left; empty if calls may be made. */
    Optional<Duration> remaining() {
        long left = until.get() - elapsed();
        return left > 0 ? Optional.of(Duration.ofNanos(left)) : Optional.empty();
    }

    private long elapsed() {
        return nanoTime.getAsLong() - start;
    }
}
