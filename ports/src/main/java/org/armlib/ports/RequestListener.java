package org.armlib.ports;

import java.time.Duration;
import org.armlib.domain.LeasedRequest;

/**
 * Is told what becomes of requests in this process, to count or to log it: what it does changes nothing. What other
 * processes do to the same requests it is told there.
 *
 * <p>Every method does nothing unless overridden. Called by many threads, by the one that does the work: it must be quick.
 * What it throws is logged and otherwise passed over.
 */
public interface RequestListener {

    /** A request was submitted, or submitted again. */
    default void submitted(Submitted submitted) {}

    /**
     * An attempt begins.
     *
     * @param leased what is run
     * @param waited the time since the request was submitted, by the queue's clock; not negative
     */
    default void attemptBegan(LeasedRequest leased, Duration waited) {}

    /**
     * An attempt has ended.
     *
     * @param leased what was run
     * @param outcome how it ended
     * @param took the time since it began, publication and report included
     */
    default void attemptEnded(LeasedRequest leased, AttemptOutcome outcome, Duration took) {}

    /**
     * The number of a worker's threads whose job ignores its interruption has changed.
     *
     * @param count the number; each of them was replaced by another thread
     */
    default void stuckThreads(int count) {}
}
