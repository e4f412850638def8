package org.armlib.bootstrap.cli;

import java.util.concurrent.CountDownLatch;

/**
 * The process being told to end, from the keyboard for example: while this is open the process ends only when what it
 * does has ended in order.
 */
final class Interruption implements AutoCloseable {
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::hold, "armlib-interruption");

    private Interruption() {}

    static Interruption begin() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Opens when the process is told to end. */
    CountDownLatch told() {
        return told;
    }

    /** What the process does has ended. */
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

    private void hold() {
        told.countDown();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
