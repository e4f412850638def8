package org.armlib.aws.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.armlib.content.Compression;
import org.armlib.ports.CacheManager;
import org.armlib.tck.CacheOpener;

/** Opens what {@link S3Fixture#location} names, in another process. */
public final class S3Opener implements CacheOpener {
    /** Does nothing. */
    public S3Opener() {}

    static String location(Counterpart counterpart, S3CacheSettings settings) {
        return String.join(
                " ",
                counterpart.name(),
                counterpart.endpoint().map(URI::toString).orElse(""),
                settings.bucket(),
                settings.prefix(),
                settings.compression().name());
    }

    @Override
    public CacheManager open(String location) {
        String[] words = location.split(" ", -1);
        Counterpart counterpart = new Counterpart(
                words[0], Optional.of(words[1]).filter(uri -> !uri.isEmpty()).map(URI::create), Optional.empty());
        return counterpart.open(S3CacheSettings.of(words[2])
                .withPrefix(words[3])
                .withPathStyle(counterpart.endpoint().isPresent())
                .withCreateBucket(counterpart.endpoint().isPresent())
                .withFreshness(Duration.ofMillis(20))
                .withCompression(Compression.valueOf(words[4])));
    }
}
