package org.armlib.memory;

import org.armlib.domain.BatchRequest;
import org.armlib.domain.Submission;
import org.jspecify.annotations.Nullable;

/**
 * A key's record in the queue, and at the same time its node in the {@link EntryTree} of its phase. Guarded by the
 * queue's lock.
 */
final class Entry {
    /** The {@link #due} of what never is. */
    static final long NEVER = Long.MAX_VALUE;

    /** Objects, tree and map of one request with short texts, measured: 1 GB for a million of them. */
    private static final long OVERHEAD = 1_000;

    Submission submission;

    /** The memory that it takes, near enough; strings of other than Latin letters take two bytes a character. */
    final long bytes;

    /** Where it stands in its tree: by rank, then by number. Fixed while it is in the tree. */
    long rank;

    long number;

    /** When a worker's call may take it, in nanoseconds since 1970: it waits until then, or is leased until then. */
    long due = NEVER;

    /** Whether its phase is Pending. */
    boolean pending;

    int weight;

    @Nullable
    Entry parent;

    @Nullable
    Entry left;

    @Nullable
    Entry right;

    /** Of the subtree below and including this node: how many, how many pending, and the least of two things. */
    int size;

    int pendingSize;
    long earliestDue;
    long lowestPendingNumber;

    Entry(Submission submission) {
        this.submission = submission;
        BatchRequest request = submission.request();
        this.bytes = OVERHEAD
                + 2L * request.requestUri().length()
                + 4L * request.parameters().toQuery().length();
    }

    boolean isBefore(Entry other) {
        return rank < other.rank || (rank == other.rank && number < other.number);
    }

    boolean isAfter(long otherRank, long otherNumber) {
        return rank > otherRank || (rank == otherRank && number > otherNumber);
    }

    /** How many entries below and including this are pending, or are not. */
    int count(boolean whichArePending) {
        return whichArePending ? pendingSize : size - pendingSize;
    }
}
