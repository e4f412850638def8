package org.armlib.benchmarks.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.armlib.aws.s3.S3CacheManager;
import org.armlib.aws.s3.S3CacheSettings;
import org.armlib.aws.s3.servers.S3Server;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;
import org.armlib.domain.FormatName;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Usage;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * What results in S3 cost in calls, and how fast a long one gets there beside the SDK's own upload in parts of the same
 * file, with parts as long, to the same server. Both sides take turns, and the median of the ratios within a turn counts.
 */
final class S3Measures {
    private static final int SMALL = 3_000;
    private static final int SMALL_RESULTS = 100;
    private static final int LONG = 256 << 20;
    private static final long PART = 8L << 20;
    private static final int WARMUPS = 4;
    private static final int ROUNDS = 7;
    private static final int BUFFER = 64 * 1024;
    private static final double MEGA = 1e6;
    private static final FormatName CSV = new FormatName("csv");

    private final Report report;

    S3Measures(Report report) {
        this.report = report;
    }

    void measure() throws InterruptedException {
        try {
            try (S3Server server = S3Server.startProxy()) {
                measureCalls(server.endpoint());
            }
            try (S3Server server = S3Server.startProxyOnDisk()) {
                measureUpload(server.endpoint());
            }
            try (S3Server server = S3Server.startProxyOnDisk()) {
                report.progress("4 results of 2 GB in a heap of " + LongUploads.HEAP + " MB");
                if (!LongUploads.succeed(server.endpoint())) {
                    throw new AssertionError("long results in a small heap: the process failed");
                }
                report.figure("s3.upload.4x2gb.mb", LongUploads.HEAP);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Calls a result, of every kind. Besides, a process that works asks once in each span of its freshness which results
     * are valid: one call a second unless configured, however many results there are.
     */
    private void measureCalls(URI endpoint) throws IOException {
        byte[] content = noise(SMALL);
        try (S3CacheManager cache = S3Results.open(endpoint, S3CacheSettings.LONGEST_FRESHNESS)) {
            cache.epoch();
            double before = calls(cache);
            double free = dollars(cache);
            for (int i = 0; i < SMALL_RESULTS; i++) {
                S3Results.store(cache, "small-" + i, out -> out.write(content));
            }
            double published = calls(cache);
            report.figure("s3.publish.calls", (published - before) / SMALL_RESULTS);
            CachedResult[] found = new CachedResult[SMALL_RESULTS];
            for (int i = 0; i < SMALL_RESULTS; i++) {
                found[i] = find(cache, "small-" + i);
            }
            double looked = calls(cache);
            report.figure("s3.find.calls", (looked - published) / SMALL_RESULTS);
            for (CachedResult result : found) {
                try (InputStream in = result.open(CSV).orElseThrow()) {
                    in.readAllBytes();
                }
            }
            report.figure("s3.read.calls", (calls(cache) - looked) / SMALL_RESULTS);
            report.figure("s3.result.dollars.per.million", (dollars(cache) - free) / SMALL_RESULTS);
            cache.usage().stream().map(Usage::priceList).distinct().forEach(list -> report.progress("prices: " + list));
        }
    }

    private void measureUpload(URI endpoint) throws IOException {
        Path file = Files.createTempFile("armlib-benchmark", ".bin");
        Rounds rates = new Rounds();
        try (S3CacheManager cache = S3Results.open(endpoint, Duration.ofSeconds(1));
                S3AsyncClient sdk = S3AsyncClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.US_EAST_1)
                        .forcePathStyle(true)
                        .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                        .multipartEnabled(true)
                        .multipartConfiguration(parts -> parts.minimumPartSizeInBytes(PART))
                        .build()) {
            Files.write(file, noise(LONG));
            for (int round = -WARMUPS; round < ROUNDS; round++) {
                double theirs = rate(() -> sdk.putObject(
                                put -> put.bucket(S3Results.BUCKET).key("sdk"), AsyncRequestBody.fromFile(file))
                        .join());
                String key = "long-" + (round + WARMUPS);
                double ours = rate(() -> S3Results.store(cache, key, out -> copy(file, out)));
                report.progress(String.format("SDK %.0f MB/s, result %.0f MB/s", theirs, ours));
                cache.retract(new RequestKey(key), find(cache, key).manifest().submission());
                if (round >= 0) {
                    rates.add("sdk", theirs);
                    rates.add("armlib", ours);
                }
            }
        } finally {
            Files.delete(file);
        }
        report.figure("s3.upload.ratio.sdk", rates.ratio("armlib", "sdk"));
        report.figure("s3.upload.mbps", rates.median("armlib"));
        report.figure("s3.upload.sdk.mbps", rates.median("sdk"));
    }

    private static CachedResult find(CacheManager cache, String key) {
        return cache.find(new RequestKey(key)).orElseThrow();
    }

    /** What was used, each call at the price of a million. */
    private static double dollars(S3CacheManager cache) {
        return cache.usage().stream()
                .mapToDouble(usage -> usage.count() * usage.dollarsPerMillion().doubleValue())
                .sum();
    }

    private static double calls(S3CacheManager cache) {
        return cache.usage().stream().mapToDouble(Usage::count).sum();
    }

    private static double rate(Work work) throws IOException {
        long begin = System.nanoTime();
        work.run();
        return LONG / MEGA / ((System.nanoTime() - begin) / 1e9);
    }

    private static void copy(Path source, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(source)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }
}
