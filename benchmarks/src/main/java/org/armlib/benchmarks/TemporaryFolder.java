package org.armlib.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder on the disk that the benchmark is started on, gone when it is closed. */
public final class TemporaryFolder implements AutoCloseable {
    private final Path path;

    /** Makes it. */
    public TemporaryFolder() {
        try {
            path = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".armlib-benchmark-");
        } catch (IOException e) {
            throw new BenchmarkFailure("make a folder", e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try (Stream<Path> walk = Files.walk(path)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path one : deepestFirst) {
                Files.deleteIfExists(one);
            }
        } catch (IOException e) {
            throw new BenchmarkFailure("remove " + path, e);
        }
    }
}
