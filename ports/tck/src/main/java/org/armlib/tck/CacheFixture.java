package org.armlib.tck;

import java.time.Duration;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;

/** One result store under test, empty at first, with the means to move its time and to damage it. */
public interface CacheFixture extends AutoCloseable {

    /**
     * A cache manager over the store. Several calls stand for several servers: a durable or distributed adapter answers
     * each with an instance of its own, one that lives in memory with the same.
     */
    CacheManager open();

    /** Makes the store's clock, and the age of everything in it, later by {@code time}; earlier if it is negative. */
    void advance(Duration time);

    /**
     * Opens an instance of a server whose clock is ahead by {@code time}, until {@link #putClocksRight}. If the adapter
     * lives in memory, its one clock is.
     */
    default CacheManager openAhead(Duration time) {
        advance(time);
        return open();
    }

    /** Puts the clocks right that {@link #openAhead} has put ahead by {@code time}. */
    default void putClocksRight(Duration time) {
        advance(time.negated());
    }

    /** Changes a byte in the stored content of the result of {@code key}, and nothing of its manifest. */
    void corrupt(RequestKey key);

    /** Closes every instance and removes the store. */
    @Override
    void close();
}
