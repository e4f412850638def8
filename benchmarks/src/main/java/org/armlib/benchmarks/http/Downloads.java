package org.armlib.benchmarks.http;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;

/** Results out of a cache in files, beside the same bytes as static files of the same kind of server. */
final class Downloads {
    private static final int WARMUPS = 6;
    private static final int ROUNDS = 5;
    private static final int SECONDS = 3;
    private static final int CONNECTIONS = 32;
    private static final String CACHED = "cached";
    private static final String STATIC = "static";
    private static final String OPENED = "opened";
    private static final String CPU = ".cpu";

    private final Report report;

    Downloads(Report report) {
        this.report = report;
    }

    void measure(ServerProcess server, int size, String sizeName) throws InterruptedException {
        String file = MeasuredServer.name(size) + ".csv";
        Map<String, URI> contenders = new LinkedHashMap<>();
        contenders.put(CACHED, server.api().resolve("results/" + file));
        contenders.put(STATIC, server.fromMemory().resolve(file));
        contenders.put(OPENED, server.fromDisk().resolve(file));
        Rounds rounds = new Rounds();
        for (int round = -WARMUPS; round < ROUNDS; round++) {
            StringBuilder line = new StringBuilder(sizeName + ", " + (round < 0 ? "warm-up" : "round " + (round + 1)));
            for (Map.Entry<String, URI> contender : contenders.entrySet()) {
                double before = server.cpuSeconds();
                Wrk.Found found = Wrk.run(contender.getValue(), CONNECTIONS, SECONDS);
                double micros = (server.cpuSeconds() - before) * 1e6 / found.requests();
                line.append(", ")
                        .append(contender.getKey())
                        .append(' ')
                        .append(Math.round(found.rate()))
                        .append("/s at ")
                        .append(Math.round(micros))
                        .append(" us");
                if (round >= 0) {
                    rounds.add(contender.getKey(), found.rate());
                    rounds.add(contender.getKey() + CPU, micros);
                }
            }
            report.progress(line.toString());
        }
        String prefix = "http." + sizeName + ".";
        report.figure(prefix + "ratio.static", rounds.ratio(CACHED, STATIC));
        report.figure(prefix + "ratio.opened", rounds.ratio(CACHED, OPENED));
        for (String contender : contenders.keySet()) {
            report.figure(prefix + contender + ".rate", Math.round(rounds.median(contender)));
            report.figure(prefix + contender + ".cpu.us", Math.round(rounds.median(contender + CPU)));
        }
    }
}
