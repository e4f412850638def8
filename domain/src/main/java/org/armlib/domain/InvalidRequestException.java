package org.armlib.domain;

/** A request, or a part of one, that armlib does not accept: the message says which part, why, and what is allowed. */
public final class InvalidRequestException extends ArmlibException {
    private final String field;

    /** Refuses {@code field} (for example {@code key} or {@code parameters.year}) for the reason in the message. */
    public InvalidRequestException(String field, String message) {
        super(field + ": " + message);
        this.field = field;
    }

    /** The part that was refused, for example {@code key}, {@code requestUri} or {@code parameters.year}. */
    public String field() {
        return field;
    }
}
