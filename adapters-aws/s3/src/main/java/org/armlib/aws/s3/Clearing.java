package org.armlib.aws.s3;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Purge;
import org.armlib.ports.Cleared;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** Removes what is not valid any more, and what no result refers to. */
final class Clearing {
    private final Store store;
    private final Bucket bucket;
    private final Layout layout;
    private final Executor executor;

    Clearing(Store store, Executor executor) {
        this.store = store;
        this.bucket = store.bucket();
        this.layout = store.layout();
        this.executor = executor;
    }

    Cleared purge(Purge purge) {
        State state = store.states().raise(purge);
        // The areas of results that were never seen in the index have no valid part; the sweep has an eye on them.
        String folder = switch (purge) {
            case ROUTINE -> layout.area(CachePolicy.TEMPORARY);
            case REBUILD -> layout.index();
        };
        Tally tally = new Tally();
        List<Invalid> found = new ArrayList<>();
        Parallel.inChunks(new Hashes(bucket, folder, ""), hashes -> {
            Parallel.map(executor, hashes, hash -> invalid(hash, purge, state))
                    .forEach(invalid -> invalid.ifPresent(found::add));
            if (found.size() >= Bucket.DELETE_BATCH) {
                tally.add(remove(found));
                found.clear();
            }
        });
        return tally.sum.plus(remove(found));
    }

    /** The parts first: whoever still reads the index does not find them, and who publishes now overwrites it. */
    private Cleared remove(List<Invalid> invalid) {
        bucket.delete(invalid.stream()
                .flatMap(i -> store.parts(i.hash, i.entry).stream())
                .toList());
        Parallel.inChunks(
                invalid.iterator(),
                chunk -> Parallel.map(
                        executor,
                        chunk,
                        i -> store.swap(i.hash, i.known, i.known.index().withoutEntry())));
        return new Cleared(
                invalid.size(),
                invalid.stream().mapToLong(i -> storedLength(i.entry)).sum());
    }

    private Optional<Invalid> invalid(String hash, Purge purge, State state) {
        Store.Known known = store.read(hash);
        return known.index()
                .entry()
                .filter(entry -> !store.isValid(entry, state))
                .filter(entry ->
                        purge == Purge.REBUILD || entry.manifest().request().cachePolicy() == CachePolicy.TEMPORARY)
                .map(entry -> new Invalid(hash, known, entry));
    }

    private static long storedLength(Index.Entry entry) {
        return entry.manifest().formats().stream()
                .mapToLong(format -> format.storedLength())
                .sum();
    }

    private record Invalid(String hash, Store.Known known, Index.Entry entry) {}

    Cleared sweep(Instant before) {
        Tally tally = new Tally();
        Parallel.inChunks(new Traces(bucket, layout), traces -> {
            List<Bucket.Listed> orphans = Parallel.map(executor, traces, trace -> orphans(trace, before)).stream()
                    .flatMap(List::stream)
                    .toList();
            bucket.delete(orphans.stream().map(Bucket.Listed::key).toList());
            tally.add(new Cleared(
                    orphans.size(),
                    orphans.stream().mapToLong(Bucket.Listed::size).sum()));
        });
        for (CachePolicy area : CachePolicy.values()) {
            Iterator<MultipartUpload> uploads = bucket.uploads(layout.area(area));
            while (uploads.hasNext()) {
                MultipartUpload upload = uploads.next();
                if (upload.initiated().isBefore(before)) {
                    long length = bucket.uploadedLength(upload.key(), upload.uploadId());
                    bucket.abortUpload(upload.key(), upload.uploadId());
                    tally.add(new Cleared(1, length));
                }
            }
        }
        return tally.sum;
    }

    /** The parts of a key that no result has any more; removes the index if there is nothing in it that counts. */
    private List<Bucket.Listed> orphans(Traces.Trace trace, Instant before) {
        boolean indexIsOld =
                trace.index().filter(index -> index.modified().isBefore(before)).isPresent();
        List<Bucket.Listed> old = trace.parts().stream()
                .filter(part -> part.modified().isBefore(before))
                .toList();
        if (!indexIsOld && old.isEmpty()) {
            return List.of();
        }
        // Read after the age was taken, so that what was published in between is seen.
        Store.Known known = store.read(trace.hash());
        Optional<Index.Entry> entry = known.index().entry();
        boolean valid =
                entry.filter(e -> store.isValid(e, store.states().current())).isPresent();
        // What is damaged is kept for a person to look at until the index is old.
        Set<String> kept = new HashSet<>();
        entry.filter(e -> valid || (e.damaged() && !indexIsOld))
                .ifPresent(e -> kept.addAll(store.parts(trace.hash(), e)));
        boolean unchanged = known.etag().equals(trace.index().map(Bucket.Listed::etag));
        if (indexIsOld && unchanged && !valid) {
            // Notes of retractions are as old as the object that they are in.
            store.swap(trace.hash(), known, Index.EMPTY);
        }
        return old.stream().filter(part -> !kept.contains(part.key())).toList();
    }

    private static final class Tally {
        private Cleared sum = Cleared.NOTHING;

        void add(Cleared more) {
            sum = sum.plus(more);
        }
    }
}
