package org.armlib.jdbc.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A database server in a process of its own, which listens on the loopback interface alone. Its programs and its data
 * lie in a temporary folder; {@link #close} or the end of this JVM stops it and removes the folder. The port stays the
 * same for the life of the object, also over a stop.
 *
 * <p>All methods may be called by any thread. What fails is said by an {@link UncheckedIOException} with the last lines
 * of the server's log.
 */
public abstract sealed class DatabaseServer implements AutoCloseable permits PostgresServer, MariaDbServer {
    private static final String HOST = "127.0.0.1";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int LOG_LINES = 20;

    private final String name;
    private final Path folder;
    private final boolean root;
    private final int port;
    private final AtomicInteger databases = new AtomicInteger();
    private final Thread atEndOfJvm;
    private @Nullable Process process;
    private boolean closed;

    DatabaseServer(String name) {
        this.name = name;
        try {
            folder = Files.createTempDirectory("armlib-" + name);
            root = Files.getAttribute(folder, "unix:uid").equals(0);
            port = freePort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        atEndOfJvm = new Thread(this::discard, "stops-" + name + "-" + port);
    }

    /** Unpacks the programs into the folder, and makes empty data there. */
    abstract void install() throws IOException;

    /** The command that becomes the server: its process is the one to signal. */
    abstract List<String> command() throws IOException;

    /** The signal upon which the server ends without tidying up. */
    abstract String immediateSignal();

    /** The URL of a database of this server. */
    abstract String url(String database);

    /** A JDBC URL of the server, user included, for administration; to add a parameter append {@code &}. */
    public abstract String url();

    /** The name of the user who may do everything. */
    public abstract String user();

    /** The password of {@link #user}. */
    public final String password() {
        return "";
    }

    /** The port on 127.0.0.1. */
    public final int port() {
        return port;
    }

    /** Creates a database that is empty and returns its JDBC URL, user included; to add a parameter append {@code &}. */
    public final String newDatabase() {
        String database = "armlib_" + databases.incrementAndGet();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        } catch (SQLException e) {
            throw failure("did not create a database", e);
        }
        return url(database);
    }

    /**
     * Ends the server as a crash would: nothing is written that was not committed, and every connection breaks. Returns
     * when the process is gone. Does nothing if the server is stopped.
     */
    public final synchronized void stopImmediately() {
        Process running = process;
        process = null;
        if (running == null || !running.isAlive()) {
            return;
        }
        // The shell's own kill: not every machine has the program.
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + immediateSignal() + " " + running.pid()).start();
            endsWithin(kill, STOP_LIMIT);
        } catch (IOException e) {
            throw failure("was not sent a signal", e);
        } finally {
            if (!endsWithin(running, STOP_LIMIT)) {
                running.destroyForcibly();
                endsWithin(running, STOP_LIMIT);
            }
        }
    }

    /**
     * Starts the server on the data that it left, and on the same port. Returns when it accepts connections, that is,
     * after it has recovered. Does nothing if the server runs.
     */
    public final synchronized void startAgain() {
        if (closed) {
            throw failure("is closed", null);
        }
        if (process != null && process.isAlive()) {
            return;
        }
        try {
            process = builder(command()).start();
        } catch (IOException e) {
            throw failure("was not started", e);
        }
        awaitConnections(process);
    }

    /** Stops the server and removes its data. Does nothing if that is done. */
    @Override
    public final void close() {
        if (discard()) {
            Runtime.getRuntime().removeShutdownHook(atEndOfJvm);
        }
    }

    final synchronized void launch() {
        Runtime.getRuntime().addShutdownHook(atEndOfJvm);
        boolean launched = false;
        try {
            install();
            startAgain();
            launched = true;
        } catch (IOException e) {
            throw failure("was not installed", e);
        } finally {
            if (!launched) {
                close();
            }
        }
    }

    /** Where the programs, the data and the log are. */
    final Path folder() {
        return folder;
    }

    /** The id of the server's process, which runs. */
    final synchronized long pid() {
        return Objects.requireNonNull(process, "stopped").pid();
    }

    /** Whether this JVM runs as root. */
    final boolean isRoot() {
        return root;
    }

    final String host() {
        return HOST;
    }

    /** Runs a program to its end. */
    final void run(List<String> command) throws IOException {
        if (!succeeds(command)) {
            throw failure("was not installed by " + command, null);
        }
    }

    /** Whether a program ends well. */
    final boolean succeeds(List<String> command) throws IOException {
        Process program = builder(command).start();
        if (!endsWithin(program, START_LIMIT)) {
            program.destroyForcibly();
            return false;
        }
        return program.exitValue() == 0;
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private void awaitConnections(Process starting) {
        long begin = System.nanoTime();
        while (true) {
            try {
                connect().close();
                return;
            } catch (SQLException e) {
                if (System.nanoTime() - begin > START_LIMIT.toNanos()) {
                    throw failure("accepts no connection after " + START_LIMIT, e);
                }
            }
            if (endsWithin(starting, PAUSE)) {
                throw failure("ended while it started", null);
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), password());
    }

    /** Whether there was something to discard. */
    private synchronized boolean discard() {
        if (closed) {
            return false;
        }
        closed = true;
        stopImmediately();
        try {
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }

    private UncheckedIOException failure(String what, @Nullable Exception cause) {
        return new UncheckedIOException(
                new IOException("The server " + name + " on port " + port + " " + what + "\n" + endOfLog(), cause));
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

    /** Whether a process is gone after at most that time. An interrupt waits: a process half stopped helps nobody. */
    private static boolean endsWithin(Process process, Duration limit) {
        boolean interrupted = false;
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                try {
                    return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * A port below those that the system gives to clients (from 32768 on Linux). While a server is stopped, a client
     * that tries to connect to a port among them may be given that very port, connect to itself, and keep the server out.
     */
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
        } catch (NoSuchFileException e) {
            // Somebody else removed it.
        }
    }
}
