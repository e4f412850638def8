package org.armlib.tck;

/** The rule for stores that cannot be reached can be kept. */
class UnreachableCacheContractTest extends UnreachableReferenceCache {
    UnreachableCacheContractTest() {
        super(ReferenceCache::new);
    }
}
