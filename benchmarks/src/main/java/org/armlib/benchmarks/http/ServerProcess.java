package org.armlib.benchmarks.http;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.armlib.benchmarks.BenchmarkFailure;

/** A {@link MeasuredServer} in a process of its own. */
final class ServerProcess implements AutoCloseable {
    private static final int USER_TIME = 13;
    private static final int SYSTEM_TIME = 14;
    private static final double TICKS_PER_SECOND = 100;
    private static final double MEGABYTE = 1_000_000;

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;
    private final URI api;
    private final URI shared;
    private final URI alone;

    private ServerProcess(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        String[] addresses = answer().split(" ", -1);
        this.api = URI.create(addresses[0]);
        this.shared = URI.create(addresses[1]);
        this.alone = URI.create(addresses[2]);
    }

    /** Starts one with these options of the JVM. */
    static ServerProcess start(Path folder, String cache, String... options) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(Arrays.asList(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                MeasuredServer.class.getName(),
                folder.toString(),
                cache));
        try {
            return new ServerProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new BenchmarkFailure("start the server that is measured", e);
        }
    }

    /** Of the API's own server. */
    URI api() {
        return api;
    }

    /** Of the server that has the API and static files. */
    URI shared() {
        return shared;
    }

    /** Of the server that has static files alone. */
    URI alone() {
        return alone;
    }

    /** Has it do something, and returns when it is done. */
    void order(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
            answer();
        } catch (IOException e) {
            throw new BenchmarkFailure("have the server " + order, e);
        }
    }

    /** The processor time that it has used, in seconds. */
    double cpuSeconds() {
        return cpuSeconds(process.pid());
    }

    /** The processor time that a process has used, in seconds. */
    static double cpuSeconds(long process) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process), "stat"));
            // The second field is the name of the program, in parentheses; no other has any.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[USER_TIME - 2]) + Long.parseLong(fields[SYSTEM_TIME - 2]);
            return ticks / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new BenchmarkFailure("read the processor time of a process", e);
        }
    }

    /** The most memory that it has had, in megabytes. */
    double peakMegabytes() {
        return megabytes(process.pid(), "VmHWM:");
    }

    /** The memory of a process in megabytes, as a line of its status says it. */
    static double megabytes(long process, String line) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process), "status"))) {
            String found = lines.filter(l -> l.startsWith(line)).findFirst().orElseThrow();
            return Long.parseLong(found.replaceAll("\\D", "")) * 1_024 / MEGABYTE;
        } catch (IOException e) {
            throw new BenchmarkFailure("read the memory of a process", e);
        }
    }

    @Override
    public void close() {
        try {
            orders.close();
            process.waitFor();
        } catch (IOException e) {
            throw new BenchmarkFailure("stop the server", e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String answer() throws IOException {
        String line;
        do {
            line = answers.readLine();
            if (line == null) {
                throw new BenchmarkFailure("the server that is measured has ended; above it says why");
            }
            // A JVM says something of its own there when it is told to record what it does.
        } while (!line.startsWith(MeasuredServer.ANSWER));
        return line.substring(MeasuredServer.ANSWER.length());
    }
}
