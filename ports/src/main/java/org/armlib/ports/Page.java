package org.armlib.ports;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list.
 *
 * @param items the part; unmodifiable
 * @param next the cursor of the part that follows, empty if this is the last
 * @param <T> what is listed
 */
public record Page<T>(List<T> items, Optional<String> next) {
    /** Keeps a copy of the items. */
    public Page {
        items = List.copyOf(items);
    }
}
