package org.armlib.file;

import org.armlib.content.Compression;
import org.armlib.tck.DurableCacheContract;
import org.armlib.tck.DurableCacheFixture;
import org.junit.jupiter.api.Nested;

/** The contract of caches, once for each way of storing. */
class FileCacheManagerContractTest {
    @Nested
    class Plain implements DurableCacheContract {
        @Override
        public DurableCacheFixture newCache() {
            return new FileFixture(Compression.NONE);
        }
    }

    @Nested
    class Gzip implements DurableCacheContract {
        @Override
        public DurableCacheFixture newCache() {
            return new FileFixture(Compression.GZIP);
        }
    }

    @Nested
    class Zstd implements DurableCacheContract {
        @Override
        public DurableCacheFixture newCache() {
            return new FileFixture(Compression.ZSTD);
        }
    }
}
