package org.armlib.tck;

import org.armlib.domain.RetryPolicy;

/** What every part of the {@link QueueContract} needs of an adapter's test class. */
public interface QueueMaker {

    /** A new queue, empty, that follows {@code policy}. */
    QueueFixture newQueue(RetryPolicy policy);
}
