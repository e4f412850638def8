package org.armlib.tck;

/** What every part of the {@link CacheContract} needs of an adapter's test class. */
public interface CacheMaker {

    /** A new result store, empty. */
    CacheFixture newCache();
}
