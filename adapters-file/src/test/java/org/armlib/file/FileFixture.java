package org.armlib.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.armlib.content.Compression;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.CacheManager;
import org.armlib.tck.CacheOpener;
import org.armlib.tck.DurableCacheFixture;

/** A folder of its own. Its time moves on by making every file in it older. */
final class FileFixture implements DurableCacheFixture {
    private final Compression compression;
    private final Path directory;

    FileFixture(Compression compression) {
        this.compression = compression;
        try {
            this.directory = Files.createTempDirectory("armlib-file-cache");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return directory;
    }

    @Override
    public FileCacheManager open() {
        return new FileCacheManager(directory, compression, Clock.systemUTC());
    }

    @Override
    public FileCacheManager openAhead(Duration time) {
        return new FileCacheManager(directory, compression, Clock.offset(Clock.systemUTC(), time));
    }

    @Override
    public void putClocksRight(Duration time) {
        // Only the clock of the instance was ahead.
    }

    @Override
    public String location() {
        return compression + " " + directory;
    }

    @Override
    public Class<? extends CacheOpener> opener() {
        return FileOpener.class;
    }

    @Override
    public void advance(Duration time) {
        try {
            for (Path file : tree(directory)) {
                if (Files.isRegularFile(file)) {
                    Files.setLastModifiedTime(
                            file,
                            FileTime.from(
                                    Files.getLastModifiedTime(file).toInstant().minus(time)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void corrupt(RequestKey key) {
        try (CacheManager cache = open()) {
            var result = cache.find(key).orElseThrow();
            StoredFormat format = result.manifest().formats().get(0);
            Path part = Path.of(result.location(format.name()));
            byte[] bytes = Files.readAllBytes(part);
            bytes[bytes.length / 2] ^= 1;
            Files.write(part, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            remove(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void remove(Path directory) throws IOException {
        List<Path> paths = tree(directory);
        paths.sort(Comparator.reverseOrder());
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    /** Everything in a folder, itself first; what vanishes meanwhile may be missing. */
    static List<Path> tree(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return new ArrayList<>(paths.toList());
        } catch (NoSuchFileException e) {
            return new ArrayList<>();
        }
    }
}
