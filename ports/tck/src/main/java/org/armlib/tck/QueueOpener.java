package org.armlib.tck;

import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueManager;

/** Opens a queue in a process of its own, by the real time. */
public interface QueueOpener {

    /** The queue that {@link DurableQueueFixture#location} names. */
    QueueManager open(String location, RetryPolicy policy);
}
