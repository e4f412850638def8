package org.armlib.ports;

/** An ability a {@link RequestProcessor} may have: to tell whether what it depends on works. */
public interface UpstreamProbe {
    /** Whether requests can be run now. Asked again and again after an {@link UpstreamUnavailableException}. */
    boolean isAvailable();
}
