package org.armlib.benchmarks.http;

import java.nio.file.Path;
import org.armlib.benchmarks.Benchmark;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.TemporaryFolder;

/**
 * The HTTP API: results beside static files, new requests a second, ten thousand calls that wait, the same request from a
 * thousand callers, and the start of the server. The server is a process of its own, on the machine that asks it.
 */
public final class HttpBenchmark implements Benchmark {
    /** Named by the script that starts the benchmarks. */
    private final Path root = Path.of(System.getProperty("armlib.root", ".")).toAbsolutePath();

    /** Named {@code http}. */
    public HttpBenchmark() {}

    @Override
    public String name() {
        return "http";
    }

    @Override
    public void run(Report report) throws InterruptedException {
        Wrk.check();
        try (TemporaryFolder folder = new TemporaryFolder()) {
            new Starts(report).measure(root, folder.path());
            Downloads downloads = new Downloads(report);
            try (ServerProcess server = ServerProcess.start(folder.path().resolve("disk"), "file", "-Xmx1g")) {
                downloads.measure(server, "disk", MeasuredServer.SMALL, "1kb");
                downloads.measure(server, "disk", MeasuredServer.LARGE, "64kb");
            }
            try (ServerProcess server = ServerProcess.start(folder.path().resolve("memory"), "memory", "-Xmx1g")) {
                downloads.measure(server, "memory", MeasuredServer.SMALL, "1kb");
                downloads.measure(server, "memory", MeasuredServer.LARGE, "64kb");
            }
            try (ServerProcess server = ServerProcess.start(folder.path().resolve("submit"), "file", "-Xmx2g")) {
                new Submissions(report).measure(server, folder.path());
            }
            new LongPolls(report).measure(folder.path().resolve("waiting"));
            new SameSubmissions(report).measure(folder.path());
        }
    }
}
