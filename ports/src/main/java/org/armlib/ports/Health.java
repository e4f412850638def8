package org.armlib.ports;

import java.util.List;
import java.util.Optional;

/**
 * The parts of an application that work, and why others do not.
 *
 * @param parts each part that was checked
 */
public record Health(List<Part> parts) {

    /**
     * One part.
     *
     * @param name for example {@code queue}
     * @param reason why it does not work, for the operator; empty if it works
     */
    public record Part(String name, Optional<String> reason) {
        /** Whether the part works. */
        public boolean isUp() {
            return reason.isEmpty();
        }
    }

    /** Copies the list. */
    public Health {
        parts = List.copyOf(parts);
    }

    /** Whether all parts work. */
    public boolean isUp() {
        return parts.stream().allMatch(Part::isUp);
    }
}
