package org.armlib.benchmarks.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.dynamodb.DynQueueManager;
import org.armlib.aws.dynamodb.DynQueueSettings;
import org.armlib.aws.s3.S3CacheManager;
import org.armlib.aws.s3.S3CacheSettings;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;

/** How long a process takes until queue and cache have answered it, what memory it has then, and what jars it needs. */
final class ColdStart {
    private static final int ROUNDS = 5;
    private static final double MEGABYTE = 1_000_000;

    private final Report report;

    ColdStart(Report report) {
        this.report = report;
    }

    void measure(URI dynamodb, URI s3) throws InterruptedException {
        Rounds rounds = new Rounds();
        for (int i = 0; i < ROUNDS; i++) {
            List<String> said = start(dynamodb, s3);
            rounds.add("seconds", Double.parseDouble(said.get(0)));
            rounds.add("megabytes", Double.parseDouble(said.get(1)));
        }
        report.figure("aws.start.seconds", rounds.median("seconds"));
        report.figure("aws.start.rss.mb", rounds.median("megabytes"));
        report.figure("aws.jars.dynamodb.mb", jars(path -> path.contains("/awssdk/dynamodb/")));
        report.figure("aws.jars.s3.mb", jars(path -> path.contains("/awssdk/s3/")));
        report.figure(
                "aws.jars.both.mb",
                jars(path -> path.contains("/software/amazon/")
                        && !path.contains("/awssdk/dynamodb/")
                        && !path.contains("/awssdk/s3/")));
    }

    private static List<String> start(URI dynamodb, URI s3) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xshare:auto",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ColdStart.class.getName(),
                            dynamodb.toString(),
                            s3.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError("the process that was to start ended with " + process.exitValue());
            }
            return said.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens both, asks each once, and prints seconds since the start of the JVM and the megabytes it has. */
    public static void main(String[] args) throws IOException {
        Clock clock = Clock.systemUTC();
        S3CacheSettings bucket = S3CacheSettings.of("start").withPathStyle(true).withCreateBucket(true);
        try (QueueManager queue = DynQueueManager.open(
                        AwsAccess.DEFAULT.at(URI.create(args[0])),
                        DynQueueSettings.DEFAULT,
                        RetryPolicy.DEFAULT,
                        clock);
                CacheManager cache = S3CacheManager.open(AwsAccess.DEFAULT.at(URI.create(args[1])), bucket, clock)) {
            RequestKey nobody = new RequestKey("nobody");
            if (queue.find(nobody).isPresent() || cache.find(nobody).isPresent()) {
                throw new AssertionError("there is a request that nobody has made");
            }
            long uptime = ManagementFactory.getRuntimeMXBean().getUptime();
            System.out.println(uptime / 1_000.0);
            System.out.println(residentMegabytes());
        }
    }

    private static double residentMegabytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1_024 / MEGABYTE;
        }
    }

    private static double jars(Predicate<String> wanted) {
        return Arrays.stream(System.getProperty("java.class.path").split(":", -1))
                        .filter(wanted)
                        .mapToLong(path -> Path.of(path).toFile().length())
                        .sum()
                / MEGABYTE;
    }
}
