package org.armlib.http.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Byte ranges, RFC 9110 section 14. */
final class Ranges {
    private static final Pattern SINGLE =
            Pattern.compile("bytes=\\s*(\\d*)\\s*-\\s*(\\d*)\\s*", Pattern.CASE_INSENSITIVE);

    /** The most digits that a {@code long} has room for, whatever they are. */
    private static final int MAX_DIGITS = 18;

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
        long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : number(matcher.group(2));
        if (matcher.group(1).isEmpty()) {
            // An empty result has no part to name in Content-Range: its last bytes are all of it.
            return last > 0 && total == 0 ? Optional.empty() : Optional.of(checked(suffix(last, total), total));
        }
        long from = number(matcher.group(1));
        if (last < from) {
            return Optional.empty();
        }
        return Optional.of(checked(new Range(from, Math.min(last, total - 1) - from + 1), total));
    }

    private static Range suffix(long length, long total) {
        long last = Math.min(length, total);
        return new Range(total - last, last);
    }

    /** A number of any length; the largest where it does not fit, since no result is as long. */
    private static long number(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(significant);
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
