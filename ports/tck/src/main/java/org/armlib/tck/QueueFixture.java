package org.armlib.tck;

import java.time.Duration;
import org.armlib.ports.QueueManager;

/** One queue under test, empty at first, with the means to move its time. */
public interface QueueFixture extends AutoCloseable {

    /**
     * A queue manager over the queue. Several calls stand for several servers: a durable or distributed adapter answers
     * each with an instance of its own, one that lives in memory with the same.
     */
    QueueManager open();

    /** Makes the queue's clock show a time later by {@code time}; earlier if it is negative. */
    void advance(Duration time);

    /**
     * Opens an instance of a server whose clock is ahead by {@code time}, until {@link #putClocksRight}. If one clock
     * rules all servers, as that of a database does, that one is.
     */
    default QueueManager openAhead(Duration time) {
        advance(time);
        return open();
    }

    /** Puts the clocks right that {@link #openAhead} has put ahead by {@code time}. */
    default void putClocksRight(Duration time) {
        advance(time.negated());
    }

    /** Closes every instance and removes the queue. */
    @Override
    void close();
}
