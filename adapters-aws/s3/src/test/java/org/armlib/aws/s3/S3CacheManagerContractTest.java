package org.armlib.aws.s3;

import java.util.Optional;
import org.armlib.content.Compression;
import org.armlib.tck.DurableCacheContract;
import org.armlib.tck.DurableCacheFixture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The contract of caches, against each store there is; S3Proxy and S3Mock are always there. */
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

    @Nested
    @EnabledIf(value = "org.armlib.aws.s3.LocalStack#canRun", disabledReason = "there is no Docker here")
    class OnLocalStack implements DurableCacheContract {
        @Override
        public DurableCacheFixture newCache() {
            return new S3Fixture(LocalStack.counterpart(), settings -> settings);
        }
    }

    /** Costs some cents; leaves nothing in the bucket. */
    @Nested
    @EnabledIfEnvironmentVariable(named = "ARMLIB_AWS_IT", matches = "1")
    class OnAmazonS3 implements DurableCacheContract {
        private final Counterpart amazon = new Counterpart(
                "Amazon S3", Optional.empty(), Optional.of(String.valueOf(System.getenv("ARMLIB_AWS_IT_BUCKET"))));

        @Override
        public DurableCacheFixture newCache() {
            return new S3Fixture(amazon, settings -> settings);
        }
    }
}
