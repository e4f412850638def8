package org.armlib.aws.s3;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;
import org.armlib.tck.CacheOpener;
import org.armlib.tck.DurableCacheFixture;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A cache of its own in a store. */
final class S3Fixture implements DurableCacheFixture {
    private final Counterpart counterpart;
    private final S3CacheSettings settings;
    private final StoreTime time;
    private final List<S3CacheManager> opened = new ArrayList<>();

    S3Fixture(Counterpart counterpart, UnaryOperator<S3CacheSettings> change) {
        this.counterpart = counterpart;
        this.settings = change.apply(counterpart.settings());
        this.time = new StoreTime(Clock.systemUTC());
    }

    @Override
    public synchronized S3CacheManager open() {
        S3CacheManager cache = counterpart.open(settings, time, time.asSeenInAnswers());
        opened.add(cache);
        return cache;
    }

    @Override
    public synchronized S3CacheManager openAhead(Duration by) {
        S3CacheManager cache = counterpart.open(settings, Clock.offset(time, by), time.asSeenInAnswers());
        opened.add(cache);
        return cache;
    }

    @Override
    public void putClocksRight(Duration by) {
        // Only the clock of the instance was ahead.
    }

    @Override
    public String location() {
        return S3Opener.location(counterpart, settings);
    }

    @Override
    public Class<? extends CacheOpener> opener() {
        return S3Opener.class;
    }

    @Override
    public void advance(Duration by) {
        open();
        try (S3Client client = counterpart.client()) {
            time.advance(by, client, settings);
        }
    }

    @Override
    public void corrupt(RequestKey key) {
        try (CacheManager cache = open();
                S3Client client = counterpart.client()) {
            var result = cache.find(key).orElseThrow();
            URI part = result.location(result.manifest().formats().get(0).name());
            String name = part.getPath().substring(1);
            byte[] bytes = client.getObjectAsBytes(
                            get -> get.bucket(settings.bucket()).key(name))
                    .asByteArray();
            bytes[bytes.length / 2] ^= 1;
            client.putObject(put -> put.bucket(settings.bucket()).key(name), RequestBody.fromBytes(bytes));
        }
    }

    @Override
    public synchronized void close() {
        opened.forEach(S3CacheManager::close);
        if (!opened.isEmpty()) {
            counterpart.remove(settings);
        }
    }
}
