package org.armlib.bootstrap.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** An adapter of somebody else's, in a jar that the build does not know: a queue that hands on to the one in memory. */
final class ForeignAdapter {
    private static final String PROVIDER = """
            package com.example.relay;

            import com.google.inject.Module;
            import com.google.inject.Singleton;
            import java.time.Clock;
            import java.time.Duration;
            import java.util.List;
            import org.armlib.domain.RetryPolicy;
            import org.armlib.ports.QueueManager;
            import org.armlib.spi.AdapterProvider;
            import org.armlib.spi.PortType;
            import org.armlib.spi.SchemaSource;
            import org.armlib.spi.Setting;
            import org.armlib.spi.Settings;

            public final class RelayProvider implements AdapterProvider, SchemaSource {
                static final Setting<String> STATION = Setting.text("station", "where the relay stands").required();

                @Override
                public PortType port() {
                    return PortType.QUEUE;
                }

                @Override
                public String name() {
                    return "relay";
                }

                @Override
                public List<Setting<?>> settings() {
                    return List.of(STATION);
                }

                @Override
                public Module module(Settings settings) {
                    String station = settings.get(STATION);
                    return new RelayModule(station);
                }

                @Override
                public String schema(Settings settings) {
                    return "CREATE TABLE relay_" + settings.get(STATION) + " (id BIGINT);\\n";
                }
            }
            """;

    private static final String MODULE = """
            package com.example.relay;

            import com.google.inject.AbstractModule;
            import com.google.inject.Provides;
            import com.google.inject.Singleton;
            import java.lang.reflect.InvocationTargetException;
            import java.lang.reflect.Proxy;
            import java.time.Clock;
            import java.time.Duration;
            import org.armlib.domain.RetryPolicy;
            import org.armlib.memory.MemQueueManager;
            import org.armlib.ports.QueueManager;

            final class RelayModule extends AbstractModule {
                private final String station;

                RelayModule(String station) {
                    this.station = station;
                }

                @Provides
                @Singleton
                QueueManager queue(RetryPolicy policy, Clock clock) {
                    QueueManager behind = new MemQueueManager(policy, Duration.ofDays(1), clock);
                    return (QueueManager) Proxy.newProxyInstance(
                            RelayModule.class.getClassLoader(),
                            new Class<?>[] {QueueManager.class},
                            (self, method, arguments) -> {
                                if (method.getName().equals("toString")) {
                                    return "relay at " + station;
                                }
                                try {
                                    return method.invoke(behind, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
                }
            }
            """;

    private static final String LIBRARY = """
            package com.example.rail;

            public final class Timetable {
                private Timetable() {}

                public static void read(String station) {}
            }
            """;

    private ForeignAdapter() {}

    /** Compiles and packs it. */
    static Path jar(Path folder) throws IOException {
        return jar(folder, MODULE);
    }

    /** One that needs the classes of a library, which are not in its jar. */
    static Path jarWithoutLibrary(Path folder) throws IOException {
        return jar(
                folder,
                MODULE.replace(
                        "QueueManager behind =",
                        "com.example.rail.Timetable.read(station);\n                    QueueManager behind ="));
    }

    private static Path jar(Path folder, String module) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        boolean compiled = compiler.getTask(
                        null,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-proc:none", "-cp", System.getProperty("java.class.path")),
                        null,
                        List.of(
                                source("com.example.relay.RelayProvider", PROVIDER),
                                source("com.example.relay.RelayModule", module),
                                source("com.example.rail.Timetable", LIBRARY)))
                .call();
        if (!compiled) {
            throw new IOException("the adapter does not compile");
        }
        Path services = classes.resolve("META-INF/services/org.armlib.spi.AdapterProvider");
        Files.createDirectories(services.getParent());
        Files.writeString(services, "com.example.relay.RelayProvider\n");
        Path jar = Files.createDirectories(folder.resolve("adapters")).resolve("relay.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("rail"))
                    .toList()) {
                packed.putNextEntry(
                        new ZipEntry(classes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, packed);
                packed.closeEntry();
            }
        }
        return jar;
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(
                URI.create("string:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    /** What a child JVM said. */
    record Ended(int status, String out, String err) {}

    /** Runs the command line in a JVM of its own, with {@code jar} on its class path. */
    static Ended run(Path folder, Path jar, String... arguments) throws IOException, InterruptedException {
        return run(folder, jar, Map.of(), arguments);
    }

    /** Runs it with more variables in the environment. */
    static Ended run(Path folder, Path jar, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path") + java.io.File.pathSeparator + jar,
                                        Main.class.getName()),
                                Stream.of(arguments))
                        .toList())
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        int status = process.waitFor();
        return new Ended(
                status, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
