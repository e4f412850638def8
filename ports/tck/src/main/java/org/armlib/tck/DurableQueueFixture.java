package org.armlib.tck;

/**
 * A queue under test that outlives the processes that use it. Its clock shows the real time until it is advanced, as that
 * of another process does, and {@link #open} works again after every instance was closed.
 */
public interface DurableQueueFixture extends QueueFixture {

    /** Where the queue is, in words that its {@link #opener} understands: a folder, a URL. */
    String location();

    /** What opens the queue in another process; a class with a constructor without parameters. */
    Class<? extends QueueOpener> opener();
}
