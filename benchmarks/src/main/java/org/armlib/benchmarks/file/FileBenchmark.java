package org.armlib.benchmarks.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.armlib.benchmarks.Benchmark;
import org.armlib.benchmarks.Report;
import org.armlib.content.Compression;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.file.FileCacheManager;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;

/**
 * Results in {@link FileCacheManager}, digested, durable and published, beside what the file system does without it: a
 * long one beside {@code Files.copy} and a sync of the copy, a small one beside write, sync, rename and sync of the
 * folder. Both sides take turns, and the median of the ratios within a turn counts, so that what else the disk does
 * meanwhile slows both.
 */
public final class FileBenchmark implements Benchmark {
    private static final int LONG = 256 << 20;
    private static final int LONG_ROUNDS = 7;
    private static final int SMALL = 10_000;
    private static final int SMALL_ROUNDS = 200;
    private static final int WARMUPS = 2;
    private static final int SMALL_WARMUPS = 1000;
    private static final int BUFFER = 64 * 1024;
    private static final double MEGA = 1e6;

    private final Random random = new Random(1);
    private int results;

    /** Named {@code file}. */
    public FileBenchmark() {}

    @Override
    public String name() {
        return "file";
    }

    @Override
    public void run(Report report) {
        try {
            Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".armlib-benchmark-");
            try (CacheManager cache =
                    new FileCacheManager(directory.resolve("cache"), Compression.NONE, Clock.systemUTC())) {
                measureLong(cache, directory, report);
                measureSmall(cache, directory, report);
            } finally {
                remove(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void measureLong(CacheManager cache, Path directory, Report report) throws IOException {
        Path source = directory.resolve("source");
        Files.write(source, noise(LONG));
        List<Double> ratios = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int round = -WARMUPS; round < LONG_ROUNDS; round++) {
            Path copy = directory.resolve("copy");
            double theirSeconds = seconds(() -> {
                Files.copy(source, copy);
                sync(copy, StandardOpenOption.WRITE);
            });
            Files.delete(copy);
            RequestKey key = nextKey();
            double ourSeconds = seconds(() -> store(cache, key, out -> copy(source, out)));
            cache.retract(key, submission());
            report.progress(String.format("copy %.3f s, result %.3f s", theirSeconds, ourSeconds));
            if (round >= 0) {
                ratios.add(theirSeconds / ourSeconds);
                ours.add(LONG / MEGA / ourSeconds);
                theirs.add(LONG / MEGA / theirSeconds);
            }
        }
        report.figure("file.stream.ratio.copy", median(ratios));
        report.figure("file.stream.mbps", median(ours));
        report.figure("file.copy.mbps", median(theirs));
    }

    private void measureSmall(CacheManager cache, Path directory, Report report) throws IOException {
        byte[] content = noise(SMALL);
        Path raw = Files.createDirectory(directory.resolve("raw"));
        List<Double> ratios = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int round = -SMALL_WARMUPS; round < SMALL_ROUNDS; round++) {
            String name = "r" + round;
            double theirSeconds = seconds(() -> writeRaw(raw, name, content));
            RequestKey key = nextKey();
            double ourSeconds = seconds(() -> store(cache, key, out -> out.write(content)));
            if (round >= 0) {
                ratios.add(ourSeconds / theirSeconds);
                ours.add(ourSeconds * 1e3);
                theirs.add(theirSeconds * 1e3);
            }
        }
        report.figure("file.small.ratio.raw", median(ratios));
        report.figure("file.small.ms", median(ours));
        report.figure("file.raw.ms", median(theirs));
    }

    private static void writeRaw(Path folder, String name, byte[] content) throws IOException {
        Path temporary = folder.resolve(name + ".tmp");
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content));
            channel.force(true);
        }
        Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        sync(folder, StandardOpenOption.READ);
    }

    private static void store(CacheManager cache, RequestKey key, Producer producer) throws IOException {
        try (ResultWriter writer = cache.write(leased(key))) {
            try (OutputStream out = writer.format("csv", "text/csv")) {
                producer.write(out);
            }
            if (!(writer.commit() instanceof Commit.Published)) {
                throw new AssertionError("not published: the figures would mean nothing");
            }
        }
    }

    private static void copy(Path source, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(source)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    private RequestKey nextKey() {
        return new RequestKey("result-" + results++);
    }

    private static SubmissionId submission() {
        return new SubmissionId(1, 1);
    }

    private static LeasedRequest leased(RequestKey key) {
        BatchRequest request = BatchRequest.of("/report").key(key).build();
        Instant now = Instant.EPOCH;
        Lease lease = new Lease(
                key, submission(), new WorkerId("worker-1"), UUID.randomUUID(), 1, 1, now.plus(Duration.ofHours(1)));
        return new LeasedRequest(lease, request, now);
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static double seconds(Work work) throws IOException {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    @FunctionalInterface
    private interface Producer {
        void write(OutputStream out) throws IOException;
    }
}
