package org.armlib.tck;

/** The rules of the cache (C), and of identity (I) and time (Q11) as far as a cache can break them. */
public interface CacheContract
        extends CacheResultContract,
                CacheListContract,
                CacheIntegrityContract,
                CacheSubmissionContract,
                CacheClearingContract,
                CacheClockContract,
                CacheRebuildContract {

    /** A new result store, empty. */
    @Override
    CacheFixture newCache();
}
