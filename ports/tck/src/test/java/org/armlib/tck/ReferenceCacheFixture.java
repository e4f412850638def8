package org.armlib.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;

/** A cache in a temporary folder; every instance is one of its own. */
final class ReferenceCacheFixture implements DurableCacheFixture {
    /** How a cache under test is made. */
    interface Constructor {
        ReferenceCache create(Path root, Clock clock, Object lock);
    }

    private final Constructor constructor;
    private final MutableClock clock = MutableClock.at(Instant.now());
    private final Object lock = new Object();
    private final Path root;

    ReferenceCacheFixture(Constructor constructor) {
        this.constructor = constructor;
        try {
            this.root = Files.createTempDirectory("reference-cache");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CacheManager open() {
        return constructor.create(root, clock, lock);
    }

    @Override
    public CacheManager openAhead(Duration time) {
        return constructor.create(root, Clock.offset(clock, time), lock);
    }

    @Override
    public void putClocksRight(Duration time) {
        // Only the clock of the instance was ahead.
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public Class<? extends CacheOpener> opener() {
        return Opener.class;
    }

    /** Opens a plain cache in another process. */
    static final class Opener implements CacheOpener {
        @Override
        public CacheManager open(String location) {
            return new ReferenceCache(Path.of(location), Clock.systemUTC(), new Object());
        }
    }

    @Override
    public void advance(Duration time) {
        clock.advance(time);
    }

    @Override
    public void corrupt(RequestKey key) {
        ReferenceCache cache = constructor.create(root, clock, lock);
        ReferenceCache.Published published = cache.published(key).orElseThrow();
        Path file = cache.data(published.folder())
                .resolve(published.manifest().formats().get(0).name().value());
        try {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
