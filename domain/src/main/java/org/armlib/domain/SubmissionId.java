package org.armlib.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Names one submission of a request: a request that is run again gets a new one, and it orders after the older.
 *
 * <p>The order is what lets a cache tell the result of the current submission from that of a straggler without asking
 * anybody. It is by time, and where the clock did not move on, or went back, by the predecessor's time plus one.
 *
 * @param time milliseconds since 1970 at which the submission was made, or its predecessor's plus one
 * @param entropy chance, telling submissions of the same millisecond apart
 */
public record SubmissionId(long time, long entropy) implements Comparable<SubmissionId> {
    private static final Comparator<SubmissionId> ORDER =
            Comparator.comparingLong(SubmissionId::time).thenComparing(SubmissionId::entropy, Long::compareUnsigned);
    private static final int TIME_DIGITS = 12;
    private static final int DIGITS = TIME_DIGITS + 16;
    private static final long MAX_TIME = (1L << (4 * TIME_DIGITS)) - 1;

    /** @throws InvalidRequestException if the time lies before 1970 or beyond 48 bits */
    public SubmissionId {
        if (time < 0 || time > MAX_TIME) {
            throw new InvalidRequestException("submission", "time " + time + " is not in 0.." + MAX_TIME);
        }
    }

    /** A new submission, made {@code now}. */
    public static SubmissionId of(Instant now, RandomGenerator random) {
        return new SubmissionId(now.toEpochMilli(), random.nextLong());
    }

    /** A new submission, made {@code now}, that orders after this one whatever the clock says. */
    public SubmissionId next(Instant now, RandomGenerator random) {
        return new SubmissionId(Math.max(now.toEpochMilli(), time + 1), random.nextLong());
    }

    /**
     * Reads the form that {@link #toString} writes.
     *
     * @throws InvalidRequestException if {@code text} is not of that form
     */
    public static SubmissionId parse(String text) {
        if (text.length() != DIGITS || !text.chars().allMatch(c -> HexFormat.isHexDigit(c))) {
            throw new InvalidRequestException(
                    "submission", "'" + Text.escape(text) + "' is not " + DIGITS + " hexadecimal digits");
        }
        return new SubmissionId(
                HexFormat.fromHexDigitsToLong(text, 0, TIME_DIGITS),
                HexFormat.fromHexDigitsToLong(text, TIME_DIGITS, DIGITS));
    }

    @Override
    public int compareTo(SubmissionId other) {
        return ORDER.compare(this, other);
    }

    /** 28 hexadecimal digits, whose alphabetical order is the order of submissions. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(time, TIME_DIGITS) + hex.toHexDigits(entropy);
    }
}
