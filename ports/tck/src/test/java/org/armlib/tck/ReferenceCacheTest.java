package org.armlib.tck;

/** The contract can be kept. */
class ReferenceCacheTest implements DurableCacheContract {
    @Override
    public DurableCacheFixture newCache() {
        return new ReferenceCacheFixture(ReferenceCache::new);
    }
}
