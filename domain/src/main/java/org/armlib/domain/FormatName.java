package org.armlib.domain;

import java.util.regex.Pattern;

/** The name of one format of a result, which is also its suffix: {@code csv}, {@code xlsx}, {@code tar.gz}. */
public record FormatName(String value) implements Comparable<FormatName> {
    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 32;

    private static final int MAX_SHOWN = 2 * MAX_LENGTH;

    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9]++(?:[.-][a-z0-9]++)*+");

    /** @throws InvalidRequestException if the name is not made of lower case letters, digits, inner dots and hyphens */
    public FormatName {
        if (value.length() > MAX_LENGTH || !ALLOWED.matcher(value).matches()) {
            throw new InvalidRequestException(
                    "format",
                    "'" + Text.escape(Text.cut(value, MAX_SHOWN)) + "' is no format name; allowed are 1 to "
                            + MAX_LENGTH
                            + " of a-z 0-9, with single dots and hyphens inside, for example csv or tar.gz");
        }
    }

    @Override
    public int compareTo(FormatName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
