package org.armlib.jdbc.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A JVM that starts a server, says where, and ends without a word to it. */
final class StartAndEnd {
    private StartAndEnd() {}

    public static void main(String[] arguments) throws IOException {
        DatabaseServer server = arguments[0].equals("PostgresServer") ? PostgresServer.start() : MariaDbServer.start();
        Files.write(Path.of(arguments[1]), List.of(server.folder().toString(), Long.toString(server.pid())));
    }
}
