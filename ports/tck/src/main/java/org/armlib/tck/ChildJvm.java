package org.armlib.tck;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java process of a test's own, with the class path of the test, to be killed in the middle of its work.
 *
 * <p>Its main method gets the path of a file as the first argument, and tells what it has done by {@link #report}: a line
 * outlives the process from then on.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path report;
    private final Path output;

    private ChildJvm(Process process, Path report, Path output) {
        this.process = process;
        this.report = report;
        this.output = output;
    }

    /**
     * Starts a process.
     *
     * @param main the class whose main method it runs
     * @param arguments what main gets after the path of the report
     * @throws UncheckedIOException if it cannot be started
     */
    public static ChildJvm start(Class<?> main, String... arguments) {
        try {
            Path report = Files.createTempFile("child-report", ".txt");
            Path output = Files.createTempFile("child-output", ".txt");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName(),
                    report.toString()));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new ChildJvm(process, report, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Called in the child: adds a line to the report.
     *
     * @param report the path that main got
     * @throws UncheckedIOException if the file cannot be written
     */
    public static void report(String report, String line) {
        try {
            Files.writeString(Path.of(report), line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole lines the child has reported so far. */
    public List<String> lines() {
        String text = read(report);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** Waits until the child has reported that many lines; fails, with its output, if it ends before or takes a minute. */
    public void awaitLines(int count) {
        await("the report of the child").atMost(PATIENCE).until(() -> lines().size() >= count || !process.isAlive());
        if (lines().size() < count) {
            throw new AssertionError("the child ended after " + lines().size() + " lines: " + read(output));
        }
    }

    /** The number by which the operating system knows the process. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process has not ended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the process in the way that gives it no chance to tidy up, and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitExit();
    }

    /** Waits until the process ends by itself or by a signal, for a minute at most, and gives its exit status. */
    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the child did not end within " + PATIENCE + ": " + read(output));
        }
        return process.exitValue();
    }

    /** Kills the process if it lives, and removes its report. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Files.deleteIfExists(report);
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
