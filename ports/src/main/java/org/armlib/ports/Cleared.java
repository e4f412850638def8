package org.armlib.ports;

/**
 * What a clearing removed.
 *
 * @param items results, or orphaned parts
 * @param bytes the room they took, as stored
 */
public record Cleared(long items, long bytes) {
    /** Nothing. */
    public static final Cleared NOTHING = new Cleared(0, 0);

    /** Both together. */
    public Cleared plus(Cleared other) {
        return new Cleared(items + other.items, bytes + other.bytes);
    }
}
