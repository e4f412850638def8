package org.armlib.benchmarks.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.armlib.benchmarks.BenchmarkFailure;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;

/** New requests, each other than all before. */
final class Submissions {
    private static final int WARMUPS = 6;
    private static final int ROUNDS = 5;
    private static final int SECONDS = 3;
    private static final int CONNECTIONS = 32;
    private static final String SCRIPT = """
            local prefix = "ROUND"
            local count = 0
            function request()
              count = count + 1
              return wrk.format("POST", nil, {["Content-Type"] = "application/json"},
                '{"requestUri":"/report","parameters":{"year":["2024"],"n":["' .. prefix .. "-" .. count .. '"]}}')
            end
            """;

    private final Report report;

    Submissions(Report report) {
        this.report = report;
    }

    void measure(ServerProcess server, Path folder) throws InterruptedException {
        URI address = server.api().resolve("requests");
        Path script = folder.resolve("submit.lua");
        Rounds rounds = new Rounds();
        for (int round = -WARMUPS; round < ROUNDS; round++) {
            try {
                Files.writeString(script, SCRIPT.replace("ROUND", "r" + round));
            } catch (IOException e) {
                throw new BenchmarkFailure("write the script for wrk", e);
            }
            double before = server.cpuSeconds();
            Wrk.Found found = Wrk.run(address, CONNECTIONS, SECONDS, script);
            double micros = (server.cpuSeconds() - before) * 1e6 / found.requests();
            report.progress((round < 0 ? "warm-up" : "round " + (round + 1)) + ", submit " + Math.round(found.rate())
                    + "/s at " + Math.round(micros) + " us, p50 " + found.p50() + " ms, p99 " + found.p99() + " ms");
            if (round >= 0) {
                rounds.add("rate", found.rate());
                rounds.add("cpu", micros);
                rounds.add("p50", found.p50());
                rounds.add("p99", found.p99());
            }
        }
        report.figure("http.submit.rate", Math.round(rounds.median("rate")));
        report.figure("http.submit.cpu.us", Math.round(rounds.median("cpu")));
        report.figure("http.submit.p50.ms", rounds.median("p50"));
        report.figure("http.submit.p99.ms", rounds.median("p99"));
    }
}
