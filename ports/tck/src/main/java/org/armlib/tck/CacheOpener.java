package org.armlib.tck;

import org.armlib.ports.CacheManager;

/** Opens a result store in a process of its own, by the real time. */
public interface CacheOpener {

    /** The result store that {@link DurableCacheFixture#location} names. */
    CacheManager open(String location);
}
