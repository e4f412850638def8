package org.armlib.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.armlib.bootstrap.Armlib;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation shows is what the build compiles and runs. */
class DocumentationTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
    private static final String COMPLETE = "queue.adapter = memory, cache.adapter = memory, worker.threads = 0\n";

    @TempDir
    Path folder;

    private record Block(Path file, String language, String text) {}

    @TestFactory
    Stream<DynamicTest> every_java_block_is_part_of_an_example() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(ROOT.resolve("examples/src/main/java"))) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                sources.add(squeezed(Files.readString(path)));
            }
        }
        return blocks(
                "java",
                block -> assertThat(sources)
                        .as("an example with these lines")
                        .anyMatch(source -> source.contains(squeezed(block.text()))));
    }

    @TestFactory
    Stream<DynamicTest> every_configuration_has_no_problems() throws IOException {
        return blocks(
                "hocon",
                block -> assertThat(Armlib.builder()
                                .appConf(COMPLETE + block.text())
                                .check())
                        .isNotEmpty());
    }

    @TestFactory
    Stream<DynamicTest> every_command_runs() throws IOException {
        return blocks("sh", block -> {
            HttpServer upstream = upstream();
            try {
                String configuration = configuration(block.file())
                        .replaceAll(
                                "127\\.0\\.0\\.1:\\d+",
                                "127.0.0.1:" + upstream.getAddress().getPort());
                Files.writeString(folder.resolve("app.conf"), configuration);
                Files.writeString(folder.resolve("requests.txt"), "/report?year=2024\n/report?year=2025 sticky\n");
                for (String line : block.text().lines().toList()) {
                    assertThat(line).startsWith("./armlib ");
                    assertThat(run(line.substring("./armlib ".length())))
                            .as(line)
                            .isZero();
                }
            } finally {
                upstream.stop(0);
            }
        });
    }

    /** What the page itself says of a processor, or else the first page that does. */
    private static String configuration(Path page) throws IOException {
        List<Block> runnable =
                all("hocon").filter(block -> block.text().contains("processor")).toList();
        return runnable.stream()
                .filter(block -> block.file().equals(page))
                .findFirst()
                .orElse(runnable.get(0))
                .text();
    }

    private int run(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.armlib.bootstrap.cli.Main"));
        command.addAll(Arrays.asList(arguments.replace("'", "").split(" ", -1)));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "output"))
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private static HttpServer upstream() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] answer = "day\n".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/csv");
            boolean head = exchange.getRequestMethod().toUpperCase(Locale.ROOT).equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                if (!head) {
                    out.write(answer);
                }
            }
        });
        server.start();
        return server;
    }

    private interface Check {
        void check(Block block) throws Exception;
    }

    private static Stream<DynamicTest> blocks(String language, Check check) throws IOException {
        List<Block> blocks = all(language).toList();
        assertThat(blocks).isNotEmpty();
        return blocks.stream()
                .map(block -> DynamicTest.dynamicTest(
                        block.file().getFileName() + ": "
                                + block.text().lines().findFirst().orElse(""),
                        () -> check.check(block)));
    }

    private static Stream<Block> all(String language) throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            List<Path> files = Stream.concat(
                            Stream.of(ROOT.resolve("README.md")),
                            docs.filter(path -> path.toString().endsWith(".md")).sorted())
                    .toList();
            for (Path file : files) {
                for (MatchResult match :
                        BLOCK.matcher(Files.readString(file)).results().toList()) {
                    blocks.add(new Block(file, match.group(1), match.group(2)));
                }
            }
        }
        return blocks.stream().filter(block -> block.language().equals(language));
    }

    /** Without white space: how a line is broken and how far it is indented is the formatter's matter. */
    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }
}
