package org.armlib.http.api;

import java.util.Arrays;

/** Comparing entity tags, RFC 9110 section 8.8.3.2. */
final class EntityTags {
    private EntityTags() {}

    /** Whether a header such as {@code If-Match} lists {@code tag}, both as they are. */
    static boolean lists(String header, String tag) {
        return Arrays.stream(header.split(",", -1))
                .map(String::strip)
                .anyMatch(known -> known.equals("*") || known.equals(tag));
    }

    /** Whether a header such as {@code If-None-Match} lists {@code tag}, where weak tags are as good as strong ones. */
    static boolean listsWeakly(String header, String tag) {
        return Arrays.stream(header.split(",", -1))
                .map(String::strip)
                .anyMatch(known -> known.equals("*") || opaque(known).equals(opaque(tag)));
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
