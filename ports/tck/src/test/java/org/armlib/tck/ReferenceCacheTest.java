package org.armlib.tck;

/** The contract can be kept. */
class ReferenceCacheTest implements CacheContract {
    @Override
    public CacheFixture newCache() {
        return new ReferenceCacheFixture(ReferenceCache::new);
    }
}
