package org.armlib.memory;

import java.time.Duration;
import java.time.Instant;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;
import org.armlib.tck.CacheContract;
import org.armlib.tck.CacheFixture;
import org.armlib.tck.MutableClock;

class MemCacheContractTest implements CacheContract {

    @Override
    public CacheFixture newCache() {
        MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
        MemCacheManager cache = new MemCacheManager(clock);
        return new CacheFixture() {
            @Override
            public CacheManager open() {
                return cache;
            }

            @Override
            public void advance(Duration time) {
                clock.advance(time);
            }

            @Override
            public void corrupt(RequestKey key) {
                cache.contents(key).stream()
                        .filter(content -> content.length() > 0)
                        .findFirst()
                        .orElseThrow()
                        .damage();
            }

            @Override
            public void close() {
                cache.close();
            }
        };
    }
}
