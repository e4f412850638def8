package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, with the class path of the tests; what it prints lies next to its app.conf. */
final class ServeProcess implements AutoCloseable {
    private static final String LISTENING = "listening on ";

    private final Process process;
    private final Path out;
    private final Path err;

    private ServeProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts {@code armlib serve}, with more environment variables and options of the JVM. */
    static ServeProcess start(Path conf, Map<String, String> environment, String... options) throws IOException {
        Path out = conf.resolveSibling("out");
        Path err = conf.resolveSibling("err");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "org.armlib.bootstrap.cli.Main",
                "serve",
                "--config",
                conf.toString()));
        ProcessBuilder process =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        process.environment().putAll(environment);
        return new ServeProcess(process.start(), out, err);
    }

    /** Waits until the server listens, and returns its address. */
    URI address() throws IOException {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !process.isAlive() || Files.readString(out).contains("/\n"));
        assertThat(process.isAlive()).as(messages()).isTrue();
        return URI.create(Files.readString(out).strip().substring(LISTENING.length()));
    }

    /** Returns what it has printed to standard error by now. */
    String messages() throws IOException {
        return Files.readString(err);
    }

    /** Asks it to end, as SIGTERM does. */
    void stop() {
        process.destroy();
    }

    /** Waits for its end, for a minute at most, and returns its exit status. */
    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the server ends").isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
