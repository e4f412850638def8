package org.armlib.aws.dynamodb.server;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Runs DynamoDB Local in the child process. The program's own main method listens on every interface and outlives its
 * parent, so this takes its place; by reflection, since the program is not on the class path of the build.
 */
final class LocalProgram {
    private LocalProgram() {}

    /** Takes the path of the file to which the port is to be written once the server listens. */
    public static void main(String[] args) throws ReflectiveOperationException, IOException {
        String[] options = {"-inMemory", "-sharedDb", "-disableTelemetry"};
        Object program = Class.forName("software.amazon.dynamodb.services.local.main.ServerRunner")
                .getMethod("createServerFromCommandLineArgs", String[].class)
                .invoke(null, (Object) options);
        Field field = program.getClass().getDeclaredField("server");
        field.setAccessible(true);
        Object jetty = field.get(program);
        Object connector = Array.get(jetty.getClass().getMethod("getConnectors").invoke(jetty), 0);
        connector.getClass().getMethod("setHost", String.class).invoke(connector, "127.0.0.1");
        connector.getClass().getMethod("setPort", int.class).invoke(connector, 0);
        program.getClass().getMethod("safeStart").invoke(program);
        Object port = connector.getClass().getMethod("getLocalPort").invoke(connector);

        Path file = Path.of(args[0]);
        Path written = Files.writeString(file.resolveSibling("port.new"), String.valueOf(port));
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);

        // The parent holds the other end: it closes with the parent, however that ends.
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }
}
