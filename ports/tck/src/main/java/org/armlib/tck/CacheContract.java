package org.armlib.tck;

/** The rules of the cache (C), and of identity (I) as far as a cache can break them. */
public interface CacheContract {

    /** A new result store, empty. */
    CacheFixture newCache();
}
