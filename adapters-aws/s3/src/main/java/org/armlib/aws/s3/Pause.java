package org.armlib.aws.s3;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Waits that nothing ends early; the thread is interrupted afterwards as it would have been. */
final class Pause {
    private static final long FIRST = Duration.ofMillis(10).toNanos();
    private static final int DOUBLINGS = 6;

    private Pause() {}

    /** Waits before another try, the longer the more there were: by chance, so that those who met do not meet again. */
    static void beforeTry(int tries) {
        long longest = FIRST << Math.min(tries - 1, DOUBLINGS);
        nanos(ThreadLocalRandom.current().nextLong(longest));
    }

    static void nanos(long nanos) {
        long begin = System.nanoTime();
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - begin)) {
            // An interrupted thread would not wait.
            interrupted |= Thread.interrupted();
            LockSupport.parkNanos(left);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
