package org.armlib.aws.s3;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The hashes in the names of a folder's objects, each once, in their order. */
final class Hashes implements Iterator<String> {
    private final Iterator<Bucket.Listed> objects;
    private final String folder;
    private String last = "";
    private @Nullable String next;

    Hashes(Bucket bucket, String folder, String after) {
        this.folder = folder;
        this.objects = bucket.list(folder, after.isEmpty() ? "" : Layout.after(folder, after));
    }

    @Override
    public boolean hasNext() {
        while (next == null && objects.hasNext()) {
            String hash = Layout.hashIn(folder, objects.next().key());
            if (!hash.isEmpty() && !hash.equals(last)) {
                next = hash;
            }
        }
        return next != null;
    }

    @Override
    public String next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        last = next;
        next = null;
        return last;
    }
}
