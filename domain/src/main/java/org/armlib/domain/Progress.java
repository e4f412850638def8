package org.armlib.domain;

/**
 * How far a running request has come.
 *
 * @param fraction from 0 to 1
 * @param message a line for a person to read, may be empty
 */
public record Progress(double fraction, String message) {
    /** The longest message, in characters; what is longer is cut. */
    public static final int MAX_MESSAGE = 500;

    /** Nothing reported yet. */
    public static final Progress NONE = new Progress(0, "");

    /** @throws InvalidRequestException if the fraction is not from 0 to 1 */
    public Progress {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new InvalidRequestException("progress", "is " + fraction + "; from 0 to 1 is allowed");
        }
        message = Text.cut(message, MAX_MESSAGE);
    }
}
