package org.armlib.aws.dynamodb;

import java.time.Instant;
import java.util.HexFormat;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;

/**
 * The place of a submission in the order of leases, as a text whose alphabetical order is that order: the priority, the
 * highest first, then the submission.
 *
 * @param text the priority counted down from the highest, in hexadecimal digits, and the submission's id
 */
record Place(String text) implements Comparable<Place> {
    private static final int PRIORITY_DIGITS = 8;

    static Place of(Submission submission) {
        long down = (long) Integer.MAX_VALUE - submission.request().priority();
        return new Place(HexFormat.of().toHexDigits(down, PRIORITY_DIGITS) + "-" + submission.id());
    }

    int priority() {
        return (int) (Integer.MAX_VALUE - HexFormat.fromHexDigitsToLong(text, 0, PRIORITY_DIGITS));
    }

    /** When the submission was made, to the millisecond. */
    Instant submitted() {
        return Instant.ofEpochMilli(
                SubmissionId.parse(text.substring(PRIORITY_DIGITS + 1)).time());
    }

    boolean isOf(Submission submission) {
        return equals(of(submission));
    }

    /** Whether a text has the form of a place. */
    static boolean isValid(String text) {
        try {
            HexFormat.fromHexDigitsToLong(text, 0, PRIORITY_DIGITS);
            SubmissionId.parse(text.substring(PRIORITY_DIGITS + 1));
            return text.charAt(PRIORITY_DIGITS) == '-';
        } catch (InvalidRequestException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    @Override
    public int compareTo(Place other) {
        return text.compareTo(other.text);
    }
}
