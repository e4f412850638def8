package org.armlib.http.api;

import java.util.Optional;

/** Byte ranges, RFC 9110 section 14. */
final class Ranges {
    private static final String UNIT = "bytes=";

    /** Longer than any range of bytes that a client has a use for. */
    private static final int MAX_LENGTH = 200;

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
        if (header.length() > MAX_LENGTH || !header.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return Optional.empty();
        }
        int hyphen = header.indexOf('-');
        String first = hyphen < 0 ? "" : header.substring(UNIT.length(), hyphen).strip();
        String second = hyphen < 0 ? "" : header.substring(hyphen + 1).strip();
        if (!isDigits(first) || !isDigits(second) || (first.isEmpty() && second.isEmpty())) {
            return Optional.empty();
        }
        long last = second.isEmpty() ? Long.MAX_VALUE : number(second);
        if (first.isEmpty()) {
            // An empty result has no part to name in Content-Range: its last bytes are all of it.
            return last > 0 && total == 0 ? Optional.empty() : Optional.of(checked(suffix(last, total), total));
        }
        long from = number(first);
        if (last < from) {
            return Optional.empty();
        }
        return Optional.of(checked(new Range(from, Math.min(last, total - 1) - from + 1), total));
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Range suffix(long length, long total) {
        long last = Math.min(length, total);
        return new Range(total - last, last);
    }

    /** A number of any length; the largest where it does not fit, since no result is as long. */
    private static long number(String digits) {
        String significant = digits.substring(zeros(digits));
        return significant.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(significant);
    }

    /** The number of leading zeros, the last digit left out. */
    private static int zeros(String digits) {
        int zeros = 0;
        while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
            zeros++;
        }
        return zeros;
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
