package org.armlib.aws.dynamodb.server;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * DynamoDB Local in a process of its own, on the loopback interface alone: empty, in memory, the same tables whatever the
 * region and the credentials. {@link #close} or the end of this JVM, however it comes, stops it.
 *
 * <p>What fails is said by an {@link UncheckedIOException} with what the program printed. Thread-safe.
 */
public final class DynamoDbLocal implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 20;

    private final Path folder;
    private final Process process;
    private final URI endpoint;

    private DynamoDbLocal(Path folder, Process process, URI endpoint) {
        this.folder = folder;
        this.process = process;
        this.endpoint = endpoint;
    }

    /** The one that all tests of this JVM share, started by the first that asks. */
    public static DynamoDbLocal shared() {
        return Shared.SERVER;
    }

    /** Starts one; returns when it listens. */
    public static DynamoDbLocal start() {
        try {
            Path folder = Files.createTempDirectory("armlib-dynamodb");
            Path port = folder.resolve("port");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx1g",
                            "-Djava.io.tmpdir=" + folder,
                            "-cp",
                            classPath(),
                            LocalProgram.class.getName(),
                            port.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            boolean started = false;
            try {
                URI endpoint = URI.create("http://127.0.0.1:" + await(process, port));
                started = true;
                return new DynamoDbLocal(folder, process, endpoint);
            } finally {
                if (!started) {
                    process.destroyForcibly();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens. */
    public URI endpoint() {
        return endpoint;
    }

    /** The number by which the operating system knows the process. */
    long pid() {
        return process.pid();
    }

    /** Stops it; the tables are gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String await(Process process, Path port) throws IOException {
        long begin = System.nanoTime();
        while (!Files.exists(port)) {
            boolean ended;
            try {
                ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while DynamoDB Local starts", e);
            }
            if (ended || System.nanoTime() - begin > START_LIMIT.toNanos()) {
                throw new IOException(
                        "DynamoDB Local does not listen; it says:\n" + Files.readString(port.resolveSibling("log")));
            }
        }
        return Files.readString(port);
    }

    /** The program's, written by the build, and that of {@link LocalProgram}. */
    private static String classPath() throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(DynamoDbLocal.class.getResourceAsStream("classpath.txt"), "classpath.txt")) {
            URI ours = DynamoDbLocal.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            String program = new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
            return String.join(File.pathSeparator, List.of(Path.of(ours).toString(), program));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static final class Shared {
        private static final DynamoDbLocal SERVER = startForThisJvm();

        private static DynamoDbLocal startForThisJvm() {
            DynamoDbLocal server = start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stops-dynamodb-local"));
            return server;
        }
    }
}
