package org.armlib.aws.s3;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.armlib.domain.CachePolicy;
import org.jspecify.annotations.Nullable;

/** What there is of each key, in the index and in both areas: three lists, read side by side in the order of hashes. */
final class Traces implements Iterator<Traces.Trace> {
    /** The objects of a key. */
    record Trace(String hash, Optional<Bucket.Listed> index, List<Bucket.Listed> parts) {}

    private final Objects index;
    private final List<Objects> areas;

    Traces(Bucket bucket, Layout layout) {
        this.index = new Objects(layout.index(), bucket.list(layout.index(), ""));
        this.areas = Stream.of(CachePolicy.values())
                .map(layout::area)
                .map(folder -> new Objects(folder, bucket.list(folder, "")))
                .toList();
    }

    @Override
    public boolean hasNext() {
        return first().isPresent();
    }

    @Override
    public Trace next() {
        String hash = first().orElseThrow(NoSuchElementException::new);
        List<Bucket.Listed> parts = new ArrayList<>();
        areas.forEach(area -> parts.addAll(area.take(hash)));
        return new Trace(hash, index.take(hash).stream().findFirst(), parts);
    }

    private Optional<String> first() {
        return Stream.concat(Stream.of(index), areas.stream())
                .map(Objects::hash)
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    /** A list that shows the hash of what comes next. */
    private static final class Objects {
        private final String folder;
        private final Iterator<Bucket.Listed> objects;
        private Bucket.@Nullable Listed next;

        Objects(String folder, Iterator<Bucket.Listed> objects) {
            this.folder = folder;
            this.objects = objects;
            advance();
        }

        Optional<String> hash() {
            return Optional.ofNullable(next).map(object -> Layout.hashIn(folder, object.key()));
        }

        List<Bucket.Listed> take(String hash) {
            List<Bucket.Listed> taken = new ArrayList<>();
            while (next != null && Layout.hashIn(folder, next.key()).equals(hash)) {
                taken.add(next);
                advance();
            }
            return taken;
        }

        /** Passes over what is not the cache's. */
        private void advance() {
            next = null;
            while (next == null && objects.hasNext()) {
                Bucket.Listed object = objects.next();
                if (!Layout.hashIn(folder, object.key()).isEmpty()) {
                    next = object;
                }
            }
        }
    }
}
