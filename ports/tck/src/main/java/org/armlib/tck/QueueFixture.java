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

    /** Makes the queue's clock show a time later by {@code time}. */
    void advance(Duration time);

    /** Closes every instance and removes the queue. */
    @Override
    void close();
}
