package org.armlib.domain;

/** The number of the data's current build: results of an earlier epoch are not found. Starts at 0, only grows. */
public record DataEpoch(long value) implements Comparable<DataEpoch> {
    /** The epoch of data that were never rebuilt. */
    public static final DataEpoch FIRST = new DataEpoch(0);

    /** @throws InvalidRequestException if {@code value} is negative */
    public DataEpoch {
        if (value < 0) {
            throw new InvalidRequestException("epoch", "is " + value + "; epochs start at 0");
        }
    }

    /** The epoch after this one. */
    public DataEpoch next() {
        return new DataEpoch(value + 1);
    }

    @Override
    public int compareTo(DataEpoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
