package org.armlib.benchmarks.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.armlib.benchmarks.Benchmark;
import org.armlib.benchmarks.Report;
import org.armlib.bootstrap.Armlib;

/**
 * How long a user waits: {@code ./armlib demo} from start to end, first with an empty cache and then with what the first
 * run left, and the start of armlib with a queue in memory and a cache in files within a process.
 */
public final class DemoBenchmark implements Benchmark {
    private static final int RUNS = 5;
    private static final int STARTS = 20;

    /** Named by the script that starts the benchmarks. */
    private final Path root = Path.of(System.getProperty("armlib.root", ".")).toAbsolutePath();

    /** Not run yet. */
    public DemoBenchmark() {}

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public void run(Report report) throws InterruptedException {
        try {
            Path folder = Files.createTempDirectory("armlib-demo");
            try {
                demo(folder.resolve("build"), report);
                double[] first = new double[RUNS];
                double[] second = new double[RUNS];
                for (int i = 0; i < RUNS; i++) {
                    first[i] = demo(folder.resolve("run" + i), report);
                    second[i] = demo(folder.resolve("run" + i), report);
                }
                report.figure("demo.seconds", median(first));
                report.figure("demo.cached.seconds", median(second));
                starts(folder, report);
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double demo(Path folder, Report report) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(
                        root.resolve("armlib").toString(), "demo", "--directory", folder.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int status = process.waitFor();
        double seconds = (double) (System.nanoTime() - begin) / TimeUnit.SECONDS.toNanos(1);
        // Some of the demo's requests are wrong on purpose.
        if (status != 1) {
            throw new AssertionError("the demo ended with exit status " + status + ": the figures would mean nothing");
        }
        report.progress("demo in " + folder.getFileName() + ": " + seconds + " s");
        return seconds;
    }

    private static void starts(Path folder, Report report) {
        String conf = "worker.threads = 0, queue.adapter = memory, cache { adapter = file, directory = \""
                + folder.resolve("cache") + "\" }";
        double[] millis = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            long begin = System.nanoTime();
            try (Armlib armlib = Armlib.builder().appConf(conf).start()) {
                millis[i] = (double) (System.nanoTime() - begin) / TimeUnit.MILLISECONDS.toNanos(1);
                report.progress("start " + i + ": " + millis[i] + " ms, epoch "
                        + armlib.cache().epoch());
            }
        }
        report.figure("start.injector.first.ms", millis[0]);
        report.figure("start.injector.ms", median(millis));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void remove(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
