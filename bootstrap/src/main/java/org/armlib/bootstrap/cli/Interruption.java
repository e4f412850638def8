package org.armlib.bootstrap.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Notices Ctrl-C, and keeps the process until what goes on has ended in order, which is when this is closed. */
final class Interruption implements AutoCloseable {
    private final CountDownLatch came = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "armlib-interruption");

    private Interruption() {}

    /** Begins to look out for it. */
    static Interruption expected() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Waits for it; false if it did not come within {@code time}. */
    boolean await(Duration time) throws InterruptedException {
        return came.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets the process go. */
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, which is what the hook was for.
            return;
        }
    }

    private void interrupt() {
        came.countDown();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
