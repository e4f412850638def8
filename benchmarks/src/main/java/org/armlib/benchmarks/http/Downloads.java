package org.armlib.benchmarks.http;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;

/**
 * Results beside the same bytes as static files of the same kind of server, like with like: a cache in files with files that
 * are opened for each call, and a cache in memory with files that are held in memory.
 */
final class Downloads {
    private static final int WARMUPS = 4;
    private static final int ROUNDS = 5;
    private static final int SECONDS = 3;
    private static final int CONNECTIONS = 32;
    private static final String CACHED = "cached";
    private static final String OPENED = "opened";
    private static final String HELD = "held";
    private static final String CPU = ".cpu";

    private final Report report;

    Downloads(Report report) {
        this.report = report;
    }

    /** A cache in files beside static files of both kinds. */
    void disk(ServerProcess server, int size, String sizeName) throws InterruptedException {
        Map<String, URI> contenders = contenders(server, size);
        contenders.put(OPENED, server.fromDisk().resolve(file(size)));
        contenders.put(HELD, server.fromMemory().resolve(file(size)));
        measure(server, contenders, "http.disk." + sizeName);
    }

    /** A cache in memory beside static files that are held there. */
    void memory(ServerProcess server, int size, String sizeName) throws InterruptedException {
        Map<String, URI> contenders = contenders(server, size);
        contenders.put(HELD, server.fromMemory().resolve(file(size)));
        measure(server, contenders, "http.memory." + sizeName);
    }

    private static Map<String, URI> contenders(ServerProcess server, int size) {
        Map<String, URI> contenders = new LinkedHashMap<>();
        contenders.put(CACHED, server.api().resolve("results/" + file(size)));
        return contenders;
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
