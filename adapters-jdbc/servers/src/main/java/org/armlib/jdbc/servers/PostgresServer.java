package org.armlib.jdbc.servers;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A PostgreSQL server with its default settings: what is committed is durable. The programs are those of
 * {@code io.zonky.test.postgres}; they are driven from here, since {@code EmbeddedPostgres} turns fsync off and cannot
 * stop at once and go on. They have no LLVM, and so compile no queries: the system property {@code armlib.postgresql} names
 * a folder with others, such as {@code /usr/lib/postgresql/15/bin}.
 */
public final class PostgresServer extends DatabaseServer {
    private static final int NOBODY = 65534;

    private static final String PROPERTY = "armlib.postgresql";
    private static final String NONE = "none";
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Map<String, String> settings;
    private final Optional<Path> programs;

    private PostgresServer(Optional<Path> programs, Map<String, String> settings) {
        super("postgresql");
        this.programs = programs;
        this.settings = Map.copyOf(settings);
    }

    /** Starts a server with its default settings. */
    public static PostgresServer start() {
        return start(Map.of());
    }

    /**
     * Starts a server.
     *
     * @param settings what differs from the defaults, by the names of postgresql.conf, for example
     *     {@code max_connections}; holds over {@link #startAgain} too
     */
    public static PostgresServer start(Map<String, String> settings) {
        String named = System.getProperty(PROPERTY, NONE);
        return start(named.equals(NONE) ? Optional.empty() : Optional.of(Path.of(named)), settings);
    }

    /**
     * Starts a server of this machine's own programs: those that the system property {@code armlib.postgresql} names, else
     * the newest that Debian's packages installed. Empty if the property is {@code none}.
     *
     * @throws UncheckedIOException if there are none
     */
    public static Optional<PostgresServer> startMachines(Map<String, String> settings) {
        String named = System.getProperty(PROPERTY, "");
        if (named.equals(NONE)) {
            return Optional.empty();
        }
        Path found = named.isEmpty() ? newest() : Path.of(named);
        return Optional.of(start(Optional.of(found), settings));
    }

    private static PostgresServer start(Optional<Path> programs, Map<String, String> settings) {
        PostgresServer server = new PostgresServer(programs, settings);
        server.launch();
        return server;
    }

    /** The version that a folder is named after, 0 if it is not. */
    private static int number(Path version) {
        String name = String.valueOf(version.getFileName());
        return name.matches("\\d{1,4}") ? Integer.parseInt(name) : 0;
    }

    private static Path newest() {
        try (Stream<Path> versions = Files.isDirectory(DEBIAN) ? Files.list(DEBIAN) : Stream.empty()) {
            return versions.filter(version -> Files.isExecutable(version.resolve("bin/initdb")))
                    .filter(version -> number(version) > 0)
                    .max(Comparator.comparingInt(PostgresServer::number))
                    .map(version -> version.resolve("bin"))
                    .orElseThrow(() -> new FileNotFoundException("no PostgreSQL server below " + DEBIAN
                            + "; install the package postgresql (Debian's name), name a folder with its programs by -D"
                            + PROPERTY + ", or go without by -D" + PROPERTY + "=" + NONE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one server of this JVM, started on the first call and stopped when the JVM ends; nobody closes it. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    @Override
    public String url() {
        return url("postgres");
    }

    @Override
    public String user() {
        return "postgres";
    }

    @Override
    String url(String database) {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + database + "?user=" + user();
    }

    @Override
    void install() throws IOException {
        if (programs.isEmpty()) {
            unpack(folder());
        }
        if (isRoot() && !canUnshare()) {
            giveToNobody(folder());
        }
        List<String> initdb = new ArrayList<>(unprivileged());
        initdb.addAll(List.of(
                program("initdb"),
                "--pgdata=" + data(),
                "--username=" + user(),
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        run(initdb);
    }

    @Override
    List<String> command() throws IOException {
        List<String> command = new ArrayList<>(unprivileged());
        command.addAll(List.of(program("postgres"), "-D", data().toString()));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        command.addAll(List.of("-p", Integer.toString(port())));
        command.addAll(List.of("-c", "listen_addresses=" + host(), "-c", "unix_socket_directories="));
        return command;
    }

    @Override
    String immediateSignal() {
        return "QUIT";
    }

    private String program(String name) {
        return programs.orElseGet(() -> folder().resolve("bin")).resolve(name).toString();
    }

    private Path data() {
        return folder().resolve("data");
    }

    /**
     * PostgreSQL refuses to run as root. In a user namespace of its own root is nobody, and yet may read its files; where
     * a container forbids that, root becomes nobody for good. Both replace themselves by the program that they start.
     */
    private List<String> unprivileged() throws IOException {
        if (!isRoot()) {
            return List.of();
        }
        return canUnshare()
                ? List.of("unshare", "--user")
                : List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    }

    private boolean canUnshare() throws IOException {
        return succeeds(List.of("sh", "-c", "unshare --user id -un"));
    }

    private static void giveToNobody(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static void unpack(Path folder) throws IOException {
        try (InputStream archive = openArchive();
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = folder.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, file);
                    if ((entry.getMode() & 0100) != 0 && !file.toFile().setExecutable(true, false)) {
                        throw new IOException(file + " cannot be made executable");
                    }
                }
            }
        }
    }

    private static InputStream openArchive() throws IOException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        String archive = "/postgres-" + system + "-" + machine + ".txz";
        InputStream found = PostgresServer.class.getResourceAsStream(archive);
        if (found == null) {
            throw new FileNotFoundException(archive + " is not on the class path");
        }
        return found;
    }

    private static final class Shared {
        private static final PostgresServer SERVER = start();
    }
}
