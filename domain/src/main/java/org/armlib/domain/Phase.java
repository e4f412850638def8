package org.armlib.domain;

/** The name of a state, for lists, counts and stores. The states themselves are types: {@link RequestState}. */
public enum Phase {
    /** Waiting to be leased. */
    PENDING("Pending"),
    /** Leased by a worker. */
    IN_PROGRESS("InProgress"),
    /** Done, with a result. */
    COMPLETED("Completed"),
    /** Given up: the dead letter. */
    FAILED("Failed"),
    /** Called off. */
    CANCELLED("Cancelled");

    private final String label;

    Phase(String label) {
        this.label = label;
    }

    /** The name as it is shown to people and in JSON, for example {@code InProgress}. */
    public String label() {
        return label;
    }

    /** Whether nothing more happens to the submission. */
    public boolean isFinished() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
