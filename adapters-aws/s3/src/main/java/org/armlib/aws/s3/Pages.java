package org.armlib.aws.s3;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the store lists, fetched page by page as it is asked for. */
final class Pages<T, M> implements Iterator<T> {
    /** A page, and what to ask for the next one by; null if it is the last. */
    record Page<T, M>(List<T> items, @Nullable M next) {}

    private final Function<@Nullable M, Page<T, M>> fetch;
    private Iterator<T> items;
    private @Nullable M next;

    Pages(Function<@Nullable M, Page<T, M>> fetch) {
        this.fetch = fetch;
        Page<T, M> first = fetch.apply(null);
        this.items = first.items().iterator();
        this.next = first.next();
    }

    @Override
    public boolean hasNext() {
        while (!items.hasNext() && next != null) {
            Page<T, M> page = fetch.apply(next);
            items = page.items().iterator();
            next = page.next();
        }
        return items.hasNext();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return items.next();
    }
}
