package org.armlib.benchmarks.http;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.benchmarks.BenchmarkFailure;

/** The program wrk, which asks over connections that stay open as fast as it is answered. */
final class Wrk {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)(ms|s|m)");

    private Wrk() {}

    /**
     * What it found.
     *
     * @param requests how many were answered
     * @param seconds how long it took
     * @param p50 half of the answers came within so many milliseconds
     * @param p99 all but one in a hundred did
     */
    record Found(long requests, double seconds, double p50, double p99) {
        double rate() {
            return requests / seconds;
        }
    }

    /** Fails with a message that says how to get it if it is not there. */
    static void check() throws InterruptedException {
        try {
            new ProcessBuilder("wrk", "-v")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new BenchmarkFailure(
                    "there is no wrk on the PATH: apt-get install wrk, or build it from its sources", e);
        }
    }

    /** Asks for {@code seconds} over so many connections, by a script of wrk's if there is one. */
    static Found run(URI address, int connections, int seconds, Path... script) throws InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--timeout", "30s", "--latency"));
        Arrays.stream(script).forEach(path -> command.addAll(List.of("-s", path.toString())));
        command.add(address.toString());
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchmarkFailure("wrk ended with " + process.exitValue() + ": " + said);
            }
            return found(said);
        } catch (IOException e) {
            throw new BenchmarkFailure("run wrk", e);
        }
    }

    private static Found found(String said) {
        Matcher requests = REQUESTS.matcher(said);
        if (!requests.find() || said.contains("Non-2xx") || said.contains("Socket errors")) {
            throw new BenchmarkFailure("not all was answered as it should: " + said);
        }
        return new Found(
                Long.parseLong(requests.group(1)),
                millis(requests.group(2), requests.group(3)) / 1000,
                percentile(said, 50),
                percentile(said, 99));
    }

    private static double percentile(String said, int percent) {
        Matcher line = Pattern.compile(percent + "%\\s+([0-9.]+)(us|ms|s|m)").matcher(said);
        if (!line.find()) {
            throw new BenchmarkFailure("wrk tells of no percentile: " + said);
        }
        return millis(line.group(1), line.group(2));
    }

    private static double millis(String number, String unit) {
        double value = Double.parseDouble(number);
        return switch (unit) {
            case "us" -> value / 1000;
            case "ms" -> value;
            case "s" -> value * 1000;
            default -> value * 60_000;
        };
    }
}
