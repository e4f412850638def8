package org.armlib.aws.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.armlib.domain.CachePolicy;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;

/** The process that writes several long results at the same time, in a heap that is far smaller. */
final class LongResults {
    private LongResults() {}

    /** A process with a heap of so many MB that writes results of one length; ends with status 0 if all are published. */
    static Process start(int heap, URI endpoint, S3CacheSettings settings, int writers, long length)
            throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap + "m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LongResults.class.getName(),
                        endpoint.toString(),
                        settings.bucket(),
                        settings.prefix(),
                        String.valueOf(writers),
                        String.valueOf(length)))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] args) throws InterruptedException {
        Counterpart counterpart = new Counterpart("s3proxy", Optional.of(URI.create(args[0])), Optional.empty());
        S3CacheSettings settings =
                S3CacheSettings.of(args[1]).withPrefix(args[2]).withPathStyle(true);
        long length = Long.parseLong(args[4]);
        List<String> published = new ArrayList<>();
        try (S3CacheManager cache = counterpart.open(settings)) {
            List<Thread> threads = IntStream.range(0, Integer.parseInt(args[3]))
                    .mapToObj(i -> new Thread(() -> {
                        if (write(cache, "k" + i, length) instanceof Commit.Published) {
                            synchronized (published) {
                                published.add("k" + i);
                            }
                        }
                    }))
                    .toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        Runtime.getRuntime().halt(published.size() == Integer.parseInt(args[3]) ? 0 : 1);
    }

    private static Commit write(S3CacheManager cache, String key, long length) {
        byte[] block = new byte[1 << 20];
        new Random(key.hashCode()).nextBytes(block);
        try (ResultWriter writer = cache.write(Results.leased(key, CachePolicy.STICKY, 1, 1))) {
            try (OutputStream out = writer.format("csv", "text/csv")) {
                for (long at = 0; at < length; at += block.length) {
                    out.write(block, 0, (int) Math.min(block.length, length - at));
                }
            }
            return writer.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
