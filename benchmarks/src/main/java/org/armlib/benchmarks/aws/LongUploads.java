package org.armlib.benchmarks.aws;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.armlib.aws.s3.S3CacheManager;

/** The process that writes four results of 2 GB at once in a heap of 256 MB. */
final class LongUploads {
    static final int HEAP = 256;
    private static final int WRITERS = 4;
    private static final long LENGTH = 2L << 30;
    private static final int BLOCK = 1 << 20;

    private LongUploads() {}

    /** Runs the process to its end; says whether all was published. */
    static boolean succeed(URI endpoint) throws IOException, InterruptedException {
        return new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx" + HEAP + "m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LongUploads.class.getName(),
                                endpoint.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start()
                        .waitFor()
                == 0;
    }

    /** Takes the server's address. */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try (S3CacheManager cache = S3Results.open(URI.create(args[0]), Duration.ofSeconds(1))) {
            List<Future<Boolean>> writers = IntStream.range(0, WRITERS)
                    .mapToObj(i -> threads.submit(() -> write(cache, "long-" + i)))
                    .toList();
            for (Future<Boolean> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean write(S3CacheManager cache, String key) throws IOException {
        byte[] block = new byte[BLOCK];
        new Random(key.hashCode()).nextBytes(block);
        S3Results.store(cache, key, out -> {
            for (long at = 0; at < LENGTH; at += BLOCK) {
                out.write(block);
            }
        });
        return true;
    }
}
