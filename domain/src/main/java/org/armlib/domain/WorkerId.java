package org.armlib.domain;

/** Names one worker: one thread of one process that runs requests, for example {@code host-4711-2}. */
public record WorkerId(String value) {
    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 200;

    /** @throws InvalidRequestException if the name is empty, too long, or has characters that do not print */
    public WorkerId {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new InvalidRequestException(
                    "worker", "has " + value.length() + " characters; 1 to " + MAX_LENGTH + " are allowed");
        }
        if (value.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new InvalidRequestException(
                    "worker", "'" + Text.escape(value) + "' has a space or a character that does not print");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
