package org.armlib.aws.s3;

import java.util.Optional;
import org.armlib.ports.CacheManager;
import org.armlib.tck.CutRelay;
import org.armlib.tck.UnreachableCacheContract;
import org.armlib.tck.UnreachableCacheFixture;

class S3UnreachableCacheTest implements UnreachableCacheContract {
    @Override
    public UnreachableCacheFixture newUnreachableCache() {
        return new Relayed();
    }

    /** A cache in S3Proxy behind a relay. */
    private static final class Relayed implements UnreachableCacheFixture {
        private final CutRelay relay =
                new CutRelay(Counterpart.proxy().endpoint().orElseThrow());
        private final S3Fixture cache = new S3Fixture(
                new Counterpart("S3Proxy behind a relay", Optional.of(relay.endpoint()), Optional.empty()),
                settings -> settings);

        @Override
        public CacheManager open() {
            return cache.open();
        }

        @Override
        public void disconnect() {
            relay.cut();
        }

        @Override
        public void reconnect() {
            relay.mend();
        }

        @Override
        public void close() {
            cache.close();
            relay.close();
        }
    }
}
