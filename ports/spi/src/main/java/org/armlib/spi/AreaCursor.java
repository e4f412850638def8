package org.armlib.spi;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.InvalidRequestException;

/**
 * A cursor in the list of one area of a cache. Its text names the area, so that another area refuses it. Immutable.
 *
 * @param area the area that is listed
 * @param after the last result of the page before, as the adapter names it
 */
public record AreaCursor(CachePolicy area, String after) {

    /**
     * Reads a cursor.
     *
     * @param area the area to be listed
     * @param text what a page before gave
     * @param isValid whether a text is a name that the adapter gives to a result
     * @throws InvalidRequestException if the text is not a cursor of this area
     */
    public static AreaCursor parse(CachePolicy area, String text, Predicate<String> isValid) {
        String prefix = prefix(area);
        if (!text.startsWith(prefix) || !isValid.test(text.substring(prefix.length()))) {
            throw new InvalidRequestException(
                    "cursor", "does not belong to this list; use the one that came with the page before");
        }
        return new AreaCursor(area, text.substring(prefix.length()));
    }

    /** Returns the result behind which a page begins: empty for the first page. */
    public static Optional<String> after(CachePolicy area, Optional<String> text, Predicate<String> isValid) {
        return text.map(cursor -> parse(area, cursor, isValid).after());
    }

    /** Returns the text that {@link #parse} reads. */
    public String text() {
        return prefix(area) + after;
    }

    private static String prefix(CachePolicy area) {
        return area.name().toLowerCase(Locale.ROOT) + "-";
    }
}
