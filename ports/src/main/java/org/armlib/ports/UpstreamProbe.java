package org.armlib.ports;

/** An ability a {@link RequestProcessor} may have: to tell whether what it depends on works. */
public interface UpstreamProbe {
    /**
     * Checks whether requests can be run now. Called repeatedly after an {@link UpstreamUnavailableException}; a hint, as
     * what a probe calls may fail although requests would succeed.
     */
    boolean isAvailable();

    /**
     * Checks whether what the processor depends on can be reached at all, though it may refuse work at present. Whoever
     * starts a batch can then say at once that an address is wrong. Unless overridden, {@code true}.
     */
    default boolean isReachable() {
        return true;
    }
}
