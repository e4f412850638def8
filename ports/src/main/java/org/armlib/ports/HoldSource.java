package org.armlib.ports;

import java.util.Optional;
import org.armlib.domain.Hold;

/** The part of a process that may hold all leasing back, usually its worker. Safe for use by many threads. */
@FunctionalInterface
public interface HoldSource {
    /** The source of a process that holds nothing back. */
    HoldSource NONE = Optional::empty;

    /** Returns the reason why nothing is leased at present, or empty if leasing goes on. Never blocks. */
    Optional<Hold> hold();
}
