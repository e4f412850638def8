package org.armlib.aws.s3;

import org.armlib.content.Compression;
import org.armlib.tck.DurableCacheContract;
import org.armlib.tck.DurableCacheFixture;
import org.junit.jupiter.api.Nested;

/** The contract of caches, against each store. */
class S3CacheManagerContractTest {
    @Nested
    class OnS3Proxy implements DurableCacheContract {
        @Override
        public DurableCacheFixture newCache() {
            return new S3Fixture(Counterpart.proxy(), settings -> settings);
        }
    }

    @Nested
    class OnS3Mock implements DurableCacheContract {
        @Override
        public DurableCacheFixture newCache() {
            return new S3Fixture(Counterpart.mock(), settings -> settings.withCompression(Compression.GZIP));
        }
    }
}
