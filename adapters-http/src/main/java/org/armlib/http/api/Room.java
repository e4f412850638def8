package org.armlib.http.api;

import java.util.concurrent.atomic.AtomicLong;

/** A number of bytes that many calls share. Thread-safe. */
final class Room {
    private final long max;
    private final AtomicLong taken = new AtomicLong();

    Room(long max) {
        this.max = max;
    }

    /** Takes bytes; returns whether there were so many left. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= max) {
            return true;
        }
        giveBack(bytes);
        return false;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
