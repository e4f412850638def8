package org.armlib.file;

import org.armlib.tck.CacheContract;
import org.armlib.tck.CacheFixture;
import org.junit.jupiter.api.Nested;

/** The contract of caches, once for each way of storing. */
class FileCacheManagerContractTest {
    @Nested
    class Plain implements CacheContract {
        @Override
        public CacheFixture newCache() {
            return new FileFixture(Compression.NONE);
        }
    }

    @Nested
    class Gzip implements CacheContract {
        @Override
        public CacheFixture newCache() {
            return new FileFixture(Compression.GZIP);
        }
    }

    @Nested
    class Zstd implements CacheContract {
        @Override
        public CacheFixture newCache() {
            return new FileFixture(Compression.ZSTD);
        }
    }
}
