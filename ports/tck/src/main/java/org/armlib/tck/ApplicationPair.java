package org.armlib.tck;

/** A queue and a cache that the application's rules are tested over. */
public interface ApplicationPair {

    /** The queue of the pair. */
    QueueContract queueUnderTest();

    /** The cache of the pair. */
    CacheContract cacheUnderTest();
}
