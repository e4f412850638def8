package org.armlib.aws.s3;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.armlib.domain.CachePolicy;
import org.armlib.ports.Cleared;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Removes what is not valid any more, and what no result refers to. */
final class Clearing {
    private static final int FORBIDDEN = 403;

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

    Cleared purgeTemporary(Duration minAge) {
        State state = store.states().raise((before, token) -> before.nextGeneration(minAge, token));
        // The areas of results that were never seen in the index have no valid part; the sweep has an eye on them.
        return purge(
                layout.area(CachePolicy.TEMPORARY),
                state,
                entry -> entry.manifest().request().cachePolicy() == CachePolicy.TEMPORARY);
    }

    Cleared rebuild() {
        return purge(layout.index(), store.states().raise(State::nextEpoch), entry -> true);
    }

    private Cleared purge(String folder, State state, Predicate<Index.Entry> concerned) {
        Run run = new Run();
        List<Invalid> found = new ArrayList<>();
        Parallel.inChunks(new Hashes(bucket, folder, ""), hashes -> {
            Parallel.map(executor, hashes, hash -> run.attempt(() -> invalid(hash, state, concerned)))
                    .forEach(invalid -> invalid.flatMap(i -> i).ifPresent(found::add));
            if (found.size() >= Bucket.DELETE_BATCH) {
                remove(run, found);
                found.clear();
            }
        });
        remove(run, found);
        return run.end();
    }

    /** The parts first: whoever still reads the index does not find them, and who publishes now overwrites it. */
    private void remove(Run run, List<Invalid> invalid) {
        Set<String> left = run.delete(invalid.stream()
                .flatMap(i -> store.parts(i.hash, i.entry).stream())
                .toList());
        Parallel.inChunks(
                invalid.iterator(),
                chunk -> Parallel.map(
                        executor,
                        chunk,
                        i -> run.attempt(() ->
                                store.swap(i.hash, i.known, i.known.index().withoutEntry()))));
        List<Invalid> removed = invalid.stream()
                .filter(i -> Collections.disjoint(store.parts(i.hash, i.entry), left))
                .toList();
        run.add(new Cleared(
                removed.size(),
                removed.stream()
                        .mapToLong(i -> i.entry.manifest().storedLength())
                        .sum()));
    }

    private Optional<Invalid> invalid(String hash, State state, Predicate<Index.Entry> concerned) {
        Store.Known known = store.read(hash);
        return known.index()
                .entry()
                .filter(concerned)
                .filter(entry -> !store.isValid(known, entry, state))
                .map(entry -> new Invalid(hash, known, entry));
    }

    private record Invalid(String hash, Store.Known known, Index.Entry entry) {}

    Cleared sweep(Instant before) {
        Run run = new Run();
        Parallel.inChunks(new Traces(bucket, layout), traces -> {
            List<Bucket.Listed> orphans = new ArrayList<>();
            Parallel.map(executor, traces, trace -> run.attempt(() -> orphans(trace, before)))
                    .forEach(found -> found.ifPresent(orphans::addAll));
            Set<String> left =
                    run.delete(orphans.stream().map(Bucket.Listed::key).toList());
            orphans.removeIf(orphan -> left.contains(orphan.key()));
            run.add(new Cleared(
                    orphans.size(),
                    orphans.stream().mapToLong(Bucket.Listed::size).sum()));
        });
        for (CachePolicy area : CachePolicy.values()) {
            Iterator<MultipartUpload> uploads = bucket.uploads(layout.area(area));
            while (uploads.hasNext()) {
                MultipartUpload upload = uploads.next();
                if (upload.initiated().isBefore(before)) {
                    run.attempt(() -> abort(upload)).ifPresent(run::add);
                }
            }
        }
        return run.end();
    }

    private Cleared abort(MultipartUpload upload) {
        long length = bucket.uploadedLength(upload.key(), upload.uploadId());
        bucket.abortUpload(upload.key(), upload.uploadId());
        return new Cleared(1, length);
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
        boolean valid = entry.filter(e -> store.isValid(known, e, store.states().current()))
                .isPresent();
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

    /** One purge or sweep: what it removed, and what it could not. Thread-safe. */
    private final class Run {
        private Cleared sum = Cleared.NOTHING;
        private int failures;
        private @Nullable RuntimeException first;

        synchronized void add(Cleared more) {
            sum = sum.plus(more);
        }

        /** Does something with one object; passes over one that the store denies. */
        <T> Optional<T> attempt(Supplier<T> step) {
            try {
                return Optional.of(step.get());
            } catch (S3Exception e) {
                if (e.statusCode() != FORBIDDEN) {
                    throw e;
                }
                failed(1, e);
                return Optional.empty();
            }
        }

        /** Deletes objects; returns those that are still there. */
        Set<String> delete(List<String> keys) {
            try {
                bucket.delete(keys);
                return Set.of();
            } catch (PartlyDeletedException e) {
                failed(e.keys().size(), e);
                return e.keys();
            }
        }

        private synchronized void failed(int count, RuntimeException failure) {
            failures += count;
            first = first == null ? failure : first;
        }

        synchronized Cleared end() {
            if (first != null) {
                throw new PartlyClearedException(failures, sum, first);
            }
            return sum;
        }
    }
}
