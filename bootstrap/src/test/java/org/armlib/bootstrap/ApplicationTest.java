package org.armlib.bootstrap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;
import org.armlib.content.Compression;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.file.FileCacheManager;
import org.armlib.memory.MemCacheManager;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.tck.ApplicationContract;
import org.armlib.tck.CacheContract;
import org.armlib.tck.CacheFixture;
import org.armlib.tck.MutableClock;
import org.armlib.tck.QueueContract;
import org.armlib.tck.QueueFixture;
import org.junit.jupiter.api.Nested;

/** Request manager, worker and janitor over the pairs of adapters that run on one machine. */
class ApplicationTest {

    @Nested
    class MemoryQueueAndMemoryCacheTest implements ApplicationContract {
        @Override
        public QueueContract queueUnderTest() {
            return MemoryQueue::new;
        }

        @Override
        public CacheContract cacheUnderTest() {
            return MemoryCache::new;
        }
    }

    @Nested
    class MemoryQueueAndFileCacheTest implements ApplicationContract {
        @Override
        public QueueContract queueUnderTest() {
            return MemoryQueue::new;
        }

        @Override
        public CacheContract cacheUnderTest() {
            return FileCache::new;
        }
    }

    private static final class MemoryQueue implements QueueFixture {
        private final MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
        private final MemQueueManager queue;

        MemoryQueue(RetryPolicy policy) {
            this.queue = new MemQueueManager(policy, Duration.ofDays(365), clock);
        }

        @Override
        public QueueManager open() {
            return queue;
        }

        @Override
        public void advance(Duration time) {
            clock.advance(time);
        }

        @Override
        public void close() {
            queue.close();
        }
    }

    private static final class MemoryCache implements CacheFixture {
        private final MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
        private final MemCacheManager cache = new MemCacheManager(clock);

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
            throw new UnsupportedOperationException("no rule of the application needs it");
        }

        @Override
        public void close() {
            cache.close();
        }
    }

    private static final class FileCache implements CacheFixture {
        private final Path folder;

        FileCache() {
            try {
                folder = Files.createTempDirectory("armlib-application");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public CacheManager open() {
            return new FileCacheManager(folder, Compression.NONE, Clock.systemUTC());
        }

        @Override
        public void advance(Duration time) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path file : paths.filter(Files::isRegularFile).toList()) {
                    Instant modified = Files.getLastModifiedTime(file).toInstant();
                    Files.setLastModifiedTime(file, FileTime.from(modified.minus(time)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void corrupt(RequestKey key) {
            throw new UnsupportedOperationException("no rule of the application needs it");
        }

        @Override
        public void close() {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
