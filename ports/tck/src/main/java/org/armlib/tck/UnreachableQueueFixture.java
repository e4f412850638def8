package org.armlib.tck;

/** A queue under test whose store can be taken away from it, for example by a proxy between the two. */
public interface UnreachableQueueFixture extends QueueFixture {

    /** Cuts the queue off: its open connections end, and no new one is made. */
    void disconnect();

    /** Lets the queue reach its store again. */
    void reconnect();
}
