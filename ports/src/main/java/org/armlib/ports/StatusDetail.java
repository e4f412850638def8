package org.armlib.ports;

/** How much a status shows, and so what it costs. */
public enum StatusDetail {
    /** Everything: a waiting request's position and ETA take one more query of the queue. */
    FULL,
    /** Everything but position and ETA: nothing is read except the request itself. */
    BRIEF
}
