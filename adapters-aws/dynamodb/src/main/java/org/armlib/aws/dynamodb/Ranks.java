package org.armlib.aws.dynamodb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.ports.DurationSample;

/**
 * The ranks of waiting requests as one reading of the whole index found them. Between two readings a rank follows the
 * counts of the servers. Immutable.
 *
 * @param shards the rungs of each shard
 * @param pending the number of waiting requests
 * @param oldest when the request was submitted that has waited longest
 * @param estimates the durations that callers estimated for the waiting requests
 * @param counts the counts when the reading began
 * @param began when it began
 * @param entries the number of entries of the index
 */
record Ranks(
        List<Shard> shards,
        long pending,
        Optional<Instant> oldest,
        DurationSample estimates,
        Counts counts,
        Instant began,
        long entries) {
    /** Rungs are as far apart as one part in this many of their rank. */
    private static final int PRECISION = 512;

    /**
     * A ladder of one shard.
     *
     * @param places rungs in the order of leases
     * @param ranks the number of waiting requests of the shard up to each of them, itself included
     */
    record Shard(List<String> places, List<Long> ranks) {
        /** Returns the number of waiting requests up to a place, itself included. */
        long upTo(String place) {
            int low = 0;
            int high = places.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (places.get(middle).compareTo(place) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            if (low == 0) {
                return 0;
            }
            long rank = ranks.get(low - 1);
            boolean between = low < places.size() && !places.get(low - 1).equals(place);
            return between ? (rank + ranks.get(low) - 1) / 2 : rank;
        }
    }

    /** Builds the ladder of a shard from its waiting requests in order. Not thread-safe. */
    static final class ShardBuilder {
        private final List<String> places = new ArrayList<>();
        private final List<Long> ranks = new ArrayList<>();
        private long rank;
        private String last = "";

        void add(Place place) {
            rank++;
            last = place.text();
            long before = ranks.isEmpty() ? 0 : ranks.get(ranks.size() - 1);
            if (rank > before + before / PRECISION) {
                addRung();
            }
        }

        Shard build() {
            if (rank > 0 && !places.get(places.size() - 1).equals(last)) {
                addRung();
            }
            return new Shard(List.copyOf(places), List.copyOf(ranks));
        }

        private void addRung() {
            places.add(last);
            ranks.add(rank);
        }
    }

    /**
     * Returns the estimated number of requests that wait before one.
     *
     * @param ticket its number among those submitted with its priority, 0 if it has none
     * @param now the counts of now
     */
    long ahead(Place place, long ticket, Counts now) {
        int priority = place.priority();
        boolean read = isOld(place);
        long upTo = shards.stream().mapToLong(shard -> shard.upTo(place.text())).sum();
        long before = Math.max(0, read ? upTo - 1 : upTo);
        long newer = read ? 0 : Math.max(0, ticket - 1 - counts.submitted(priority));
        long above = now.pendingAbove(priority) - counts.pendingAbove(priority);
        long left = now.left(priority) - counts.left(priority);
        long withdrawn = now.withdrawn(priority) - counts.withdrawn(priority);
        double lane = Math.max(1, counts.pending(priority));
        double share = read ? Math.min(1, Math.max(0, before - counts.pendingAbove(priority)) / lane) : 1;
        return Math.max(0, before + newer + above - (left - withdrawn) - Math.round(share * withdrawn));
    }

    /** Whether a request was submitted before the reading began, so that it was counted if it waited. */
    boolean isOld(Place place) {
        return !place.submitted().isAfter(began);
    }

    /** Returns the estimated number of requests that wait now. */
    long pending(Counts now) {
        return Math.max(0, pending + now.pending() - counts.pending());
    }

    /** Returns the share of the requests that have been withdrawn since the reading began. */
    double withdrawn(Counts now) {
        return (double) (now.withdrawn() - counts.withdrawn()) / Math.max(1, pending);
    }
}
