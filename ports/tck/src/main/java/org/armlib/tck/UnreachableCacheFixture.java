package org.armlib.tck;

import org.armlib.ports.CacheManager;

/** A result store under test that can be taken away from its cache. */
public interface UnreachableCacheFixture extends AutoCloseable {

    /** Returns a cache manager over the store, another one at each call. */
    CacheManager open();

    /** Cuts the cache off from its store: every access fails. */
    void disconnect();

    /** Lets the cache reach its store again, which is as it was. */
    void reconnect();

    /** Closes every instance and removes the store. */
    @Override
    void close();
}
