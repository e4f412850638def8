package org.armlib.aws.s3.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own, with a class path of its own, which listens on the loopback interface alone. It ends
 * with {@link #close}, or with this JVM, however that ends. It takes the credentials that this JVM's environment names.
 *
 * <p>No server knows all of S3. S3Proxy, as it is served here, keeps conditions exactly, and checks signatures and their
 * expiry; S3Mock has lifecycle rules and answers with checksums.
 *
 * <p>All methods may be called by any thread. What fails is said by an {@link UncheckedIOException} with the last lines
 * of the server's log.
 */
public final class S3Server implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int LOG_LINES = 20;

    private final String name;
    private final Path folder;
    private final int port;
    private final Process process;

    private S3Server(String name, Program program) {
        this.name = name;
        try {
            this.folder = Files.createTempDirectory("armlib-" + name);
            this.port = freePort();
            this.process = start(program.on(folder, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean serves = false;
        try {
            awaitAnswers();
            serves = true;
        } finally {
            if (!serves) {
                close();
            }
        }
    }

    /** Starts S3Proxy, which keeps its objects in memory. */
    public static S3Server startProxy() {
        return new S3Server("s3proxy", (folder, port) -> proxy(folder, port, "transient"));
    }

    /** Starts S3Proxy, which keeps its objects in files, removed when it ends. */
    public static S3Server startProxyOnDisk() {
        return new S3Server("s3proxy-disk", (folder, port) -> proxy(folder, port, "filesystem"));
    }

    /** Starts S3Mock, which keeps its objects in files, removed when it ends. */
    public static S3Server startMock() {
        return new S3Server(
                "s3mock",
                (folder, port) -> List.of(
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        ownClasses() + java.io.File.pathSeparator + resource("s3mock.path"),
                        Guarded.class.getName(),
                        "org.springframework.boot.loader.launch.JarLauncher",
                        "--http.port=" + port,
                        "--server.port=0",
                        "--server.address=" + HOST));
    }

    /** The one S3Proxy in memory of this JVM, started on the first call; nobody closes it. */
    public static S3Server sharedProxy() {
        return SharedProxy.SERVER;
    }

    /** The one S3Mock of this JVM, started on the first call; nobody closes it. */
    public static S3Server sharedMock() {
        return SharedMock.SERVER;
    }

    /** Which server it is, for a person. */
    public String name() {
        return name;
    }

    /** Where it serves; buckets are named in the path. */
    public URI endpoint() {
        return URI.create("http://" + HOST + ":" + port);
    }

    /** Ends the server and removes its objects. */
    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<String> proxy(Path folder, int port, String provider) throws IOException {
        return List.of(
                "-Dlogback.configurationFile=org/armlib/aws/s3/servers/logback.xml",
                "-cp",
                ownClasses() + java.io.File.pathSeparator + resource("s3proxy.classpath"),
                Guarded.class.getName(),
                ProxyMain.class.getName(),
                String.valueOf(port),
                provider,
                Files.createDirectory(folder.resolve("objects")).toString(),
                environment("AWS_ACCESS_KEY_ID"),
                environment("AWS_SECRET_ACCESS_KEY"));
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC"));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    private void awaitAnswers() {
        long begin = System.nanoTime();
        while (!answers()) {
            if (System.nanoTime() - begin > START_LIMIT.toNanos()) {
                throw failure("does not answer after " + START_LIMIT);
            }
            try {
                if (process.waitFor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw failure("ended while it started");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failure("was not waited for");
            }
        }
    }

    private boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint().toURL().openConnection();
            try {
                return connection.getResponseCode() > 0;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }

    private UncheckedIOException failure(String what) {
        return new UncheckedIOException(
                new IOException("The server " + name + " on port " + port + " " + what + "\n" + endOfLog()));
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "It left no log: " + e;
        }
    }

    private Path log() {
        return folder.resolve("log");
    }

    private static String ownClasses() {
        return Path.of(URI.create(S3Server.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .toString();
    }

    private static String resource(String resource) throws IOException {
        try (InputStream in = S3Server.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new NoSuchFileException(resource + ": build this module with Maven, which writes it");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private static String environment(String variable) {
        @Nullable String value = System.getenv(variable);
        if (value == null) {
            throw new IllegalStateException("the environment has no " + variable + "; any word will do");
        }
        return value;
    }

    /** Below those that the system gives to clients, so that none of them takes it while the server starts. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (BindException e) {
                // Taken: the next one.
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @FunctionalInterface
    private interface Program {
        List<String> on(Path folder, int port) throws IOException;
    }

    private static final class SharedProxy {
        private static final S3Server SERVER = closedAtTheEnd(startProxy());
    }

    private static final class SharedMock {
        private static final S3Server SERVER = closedAtTheEnd(startMock());
    }

    private static S3Server closedAtTheEnd(S3Server server) {
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stops-" + server.name()));
        return server;
    }
}
