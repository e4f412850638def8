package org.armlib.benchmarks;

import java.util.List;
import java.util.stream.Collectors;
import org.armlib.benchmarks.aws.AwsBenchmark;
import org.armlib.benchmarks.demo.DemoBenchmark;
import org.armlib.benchmarks.file.FileBenchmark;
import org.armlib.benchmarks.http.HttpBenchmark;
import org.armlib.benchmarks.jdbc.JdbcBenchmark;
import org.armlib.benchmarks.jdbc.ManagerBenchmark;
import org.armlib.benchmarks.jdbc.SoakBenchmark;
import org.armlib.benchmarks.memory.MemoryBenchmark;

/** The command line: runs the benchmark whose name it is given. */
public final class Benchmarks {
    private static final List<Benchmark> ALL = List.of(
            new AwsBenchmark(),
            new DemoBenchmark(),
            new FileBenchmark(),
            new HttpBenchmark(),
            new JdbcBenchmark(),
            new ManagerBenchmark(),
            new MemoryBenchmark(),
            new SoakBenchmark());

    private Benchmarks() {}

    /**
     * Runs {@code args[0]}; figures go to standard output, all else to standard error.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        Report report = new Report(System.out, System.err);
        String wanted = args.length == 1 ? args[0] : "";
        for (Benchmark benchmark : ALL) {
            if (benchmark.name().equals(wanted)) {
                benchmark.run(report);
                return;
            }
        }
        report.progress("usage: benchmarks/run NAME, where NAME is one of: "
                + ALL.stream().map(Benchmark::name).collect(Collectors.joining(", ")));
        System.exit(2);
    }
}
