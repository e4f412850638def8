package org.armlib.ports;

/**
 * An ability that a {@link CacheManager} may have: to find out whether results can be written, without a request. Safe for
 * use by many threads.
 */
public interface Checkable {

    /**
     * Writes a few bytes where results are written, and removes them. Returns or fails within seconds.
     *
     * @throws CacheException if results cannot be written at present; says why and what to do
     */
    void check();
}
