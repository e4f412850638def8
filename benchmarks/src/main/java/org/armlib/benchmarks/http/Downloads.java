package org.armlib.benchmarks.http;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;

/**
 * Results beside the same bytes as static files of the same server: files that are held in memory, and files that are opened
 * for each call. And beside a server that has nothing but files, so that it need not hand calls to threads that may wait.
 */
final class Downloads {
    private static final int WARMUPS = 4;
    private static final int ROUNDS = 5;
    private static final int SECONDS = 3;
    private static final int CONNECTIONS = 32;
    private static final String CACHED = "cached";
    private static final String OPENED = "opened";
    private static final String HELD = "held";
    private static final String ALONE = "alone";
    private static final String CPU = ".cpu";

    private final Report report;

    Downloads(Report report) {
        this.report = report;
    }

    /** Measures with results of that size, in the cache that the figures are named after. */
    void measure(ServerProcess server, String cache, int size, String sizeName) throws InterruptedException {
        Map<String, URI> contenders = new LinkedHashMap<>();
        contenders.put(CACHED, server.shared().resolve("results/" + file(size)));
        contenders.put(HELD, server.shared().resolve(FileServer.HELD + file(size)));
        contenders.put(OPENED, server.shared().resolve(FileServer.OPENED + file(size)));
        contenders.put(ALONE, server.alone().resolve(file(size)));
        measure(server, contenders, "http." + cache + "." + sizeName);
    }

    private static String file(int size) {
        return MeasuredServer.name(size) + ".csv";
    }

    private void measure(ServerProcess server, Map<String, URI> contenders, String name) throws InterruptedException {
        Rounds rounds = new Rounds();
        for (int round = -WARMUPS; round < ROUNDS; round++) {
            StringBuilder line = new StringBuilder(name + ", " + (round < 0 ? "warm-up" : "round " + (round + 1)));
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
        contenders.keySet().stream()
                .filter(contender -> !contender.equals(CACHED))
                .forEach(contender -> report.figure(name + ".ratio." + contender, rounds.ratio(CACHED, contender)));
        for (String contender : contenders.keySet()) {
            report.figure(name + "." + contender + ".rate", Math.round(rounds.median(contender)));
            report.figure(name + "." + contender + ".cpu.us", Math.round(rounds.median(contender + CPU)));
        }
    }
}
