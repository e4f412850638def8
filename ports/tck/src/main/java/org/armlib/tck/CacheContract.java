package org.armlib.tck;

/** The rules of the cache (C), and of identity (I) as far as a cache can break them. */
public interface CacheContract
        extends CacheResultContract,
                CacheIntegrityContract,
                CacheSubmissionContract,
                CacheClearingContract,
                CacheRebuildContract {

    /** A new result store, empty. */
    @Override
    CacheFixture newCache();
}
