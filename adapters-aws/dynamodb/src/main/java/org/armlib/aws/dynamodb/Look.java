package org.armlib.aws.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.armlib.ports.DurationSample;

/**
 * The head of the queue: the first entries of each shard.
 *
 * @param entries in the order of leases
 * @param whole whether these are all there are
 * @param first the place in each shard that is not whole behind which the look has not seen, the first of them
 * @param time when
 */
record Look(List<Entry> entries, boolean whole, Optional<Place> first, Instant time) {
    /** About what one read unit reads. */
    static final int ENTRIES = 40;

    static Look at(Requests requests, int shards, int limit, Instant time) {
        List<Entry> entries = new ArrayList<>();
        Optional<Place> unseen = Optional.empty();
        for (int shard = 0; shard < shards; shard++) {
            Requests.EntryPage page = requests.entries(String.valueOf(shard), Optional.empty(), limit);
            entries.addAll(page.entries());
            if (page.more() && !page.entries().isEmpty()) {
                Place last = page.entries().get(page.entries().size() - 1).place();
                unseen = Optional.of(
                        unseen.filter(place -> place.compareTo(last) <= 0).orElse(last));
            }
        }
        entries.sort(Comparator.comparing(Entry::place));
        return new Look(List.copyOf(entries), unseen.isEmpty(), unseen, time);
    }

    /** Whether it has seen everything before that place. */
    boolean reaches(Place place) {
        return first.map(last -> place.compareTo(last) <= 0).orElse(true);
    }

    long pendingBefore(Place place) {
        return entries.stream()
                .filter(entry -> entry.isPending() && entry.place().compareTo(place) < 0)
                .count();
    }

    long pending() {
        return entries.stream().filter(Entry::isPending).count();
    }

    long running() {
        return entries.stream().filter(Entry::isRunning).count();
    }

    /** The estimates of the waiting requests among them. */
    DurationSample estimates() {
        List<Duration> known = entries.stream()
                .filter(Entry::isPending)
                .map(Entry::estimate)
                .filter(estimate -> !estimate.isZero())
                .toList();
        return new DurationSample(pending(), known.size(), known.stream().reduce(Duration.ZERO, Duration::plus));
    }

    /** When the one that has waited longest was submitted, among those that the look has seen. */
    Optional<Instant> oldestPending() {
        return entries.stream()
                .filter(Entry::isPending)
                .map(entry -> entry.place().submitted())
                .min(Comparator.naturalOrder());
    }
}
