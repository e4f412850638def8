package org.armlib.http.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Byte ranges, RFC 9110 section 14. */
final class Ranges {
    private static final Pattern SINGLE = Pattern.compile("bytes=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*");

    private Ranges() {}

    /** The bytes from {@code from} on, {@code length} of them. */
    record Range(long from, long length) {
        String contentRange(long total) {
            return "bytes " + from + "-" + (from + length - 1) + "/" + total;
        }
    }

    /**
     * The one range that a header asks for. Empty if it asks for several or cannot be read: all is sent then, as the RFC
     * allows.
     *
     * @throws ProblemException if the range lies outside
     */
    static Optional<Range> of(String header, long total) {
        Matcher matcher = SINGLE.matcher(header);
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return Optional.empty();
        }
        if (matcher.group(1).isEmpty()) {
            long last = Math.min(Long.parseLong(matcher.group(2)), total);
            return Optional.of(checked(new Range(total - last, last), total));
        }
        long from = Long.parseLong(matcher.group(1));
        long to = matcher.group(2).isEmpty() ? total - 1 : Math.min(Long.parseLong(matcher.group(2)), total - 1);
        if (!matcher.group(2).isEmpty() && Long.parseLong(matcher.group(2)) < from) {
            return Optional.empty();
        }
        return Optional.of(checked(new Range(from, to - from + 1), total));
    }

    private static Range checked(Range range, long total) {
        if (range.from() >= total || range.length() < 1) {
            throw Problem.RANGE_NOT_SATISFIABLE
                    .because("the result has " + total + " bytes")
                    .header("Content-Range", "bytes */" + total);
        }
        return range;
    }
}
