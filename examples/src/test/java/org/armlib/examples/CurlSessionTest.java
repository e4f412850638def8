package org.armlib.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Phase;
import org.armlib.ports.Job;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The session with curl in the description of the HTTP API, against a server: what the page shows is what comes.
 * {@code -Darmlib.curl=none} goes without it.
 */
@Timeout(180)
class CurlSessionTest {
    private static final Path PAGE = Path.of("../../docs/http.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\\n(.*?)^```$");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    /** Headers whose values the ETA has a say in. */
    private static final List<String> VARYING = List.of("retry-after");

    private final CountDownLatch open = new CountDownLatch(1);

    @TempDir
    Path folder;

    /** A command of the page, and what the page shows of its answer. */
    private record Step(String command, String shown) {}

    /** An answer with its headers, as {@code curl -i} writes it. */
    private record Answer(String status, List<String> headers, String body) {
        static Answer of(String text) {
            int blank = text.indexOf("\n\n");
            List<String> head =
                    text.substring(0, blank < 0 ? text.length() : blank).lines().toList();
            return new Answer(
                    head.get(0).strip(),
                    head.subList(1, head.size()).stream().map(Answer::normal).toList(),
                    blank < 0 ? "" : text.substring(blank + 2));
        }

        /** The name is written in any case; a value that differs by nature is left out. */
        private static String normal(String header) {
            String[] parts = header.split(":", 2);
            String name = parts[0].strip().toLowerCase(Locale.ROOT);
            return name + (VARYING.contains(name) ? "" : ": " + parts[1].strip());
        }

        /** However the page breaks its lines, and whenever it was. */
        String comparableBody() {
            return TIME.matcher(body.replaceAll("\\n\\s*", "")).replaceAll("TIME");
        }
    }

    @Test
    void every_answer_is_as_the_page_shows_it() throws IOException, InterruptedException {
        requireCurl();
        List<Step> steps = steps();
        assertThat(steps).hasSizeGreaterThan(6);
        try (Armlib armlib =
                Armlib.builder().appConf("""
                        queue.adapter = memory, cache.adapter = memory
                        worker.threads = 1, server { adapter = http, port = 0 }
                        """).processor(this::run).serve().start()) {
            // One that runs and two that wait are ahead of the page's own request.
            for (String line : List.of("/report?year=2021", "/report?year=2022")) {
                armlib.requestManager()
                        .submit(BatchRequest.parse(line)
                                .estimatedTime(Duration.ofSeconds(40))
                                .build());
            }
            BatchRequest unknown = BatchRequest.parse("/report?year=2023").build();
            armlib.requestManager().submit(unknown);
            await().until(() -> armlib.queue().overview().count(Phase.IN_PROGRESS) == 1);
            // One that tells nothing of itself is expected to take as long as others, whose estimates are read once a
            // second.
            await().until(() ->
                    armlib.requestManager().status(unknown.key()).eta().isPresent());
            for (Step step : steps) {
                String answer =
                        curl(step.command(), armlib.address().orElseThrow().getPort());
                if (!step.shown().isBlank()) {
                    assertShown(step, answer);
                    open.countDown();
                }
            }
            assertThat(open.getCount()).as("the page shows an answer").isZero();
            assertThat(folder.resolve("report-2024.csv")).hasContent(csv("2024"));
        }
    }

    private static void assertShown(Step step, String answer) {
        Answer shown = Answer.of(step.shown());
        Answer real = Answer.of(answer);
        assertThat(real.status()).as(step.command()).isEqualTo(shown.status());
        assertThat(real.headers()).as(step.command()).containsAll(shown.headers());
        if (!shown.body().isBlank()) {
            assertThat(real.comparableBody()).as(step.command()).isEqualTo(shown.comparableBody());
        }
    }

    private String curl(String command, int port) throws IOException, InterruptedException {
        assertThat(command).startsWith("curl ").contains("localhost:8080");
        File output = folder.resolve("output").toFile();
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec curl --max-time 60 --fail "
                                + command.substring("curl ".length()).replace("localhost:8080", "127.0.0.1:" + port))
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .redirectOutput(output)
                .start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).as(command).isTrue();
        assertThat(process.exitValue())
                .as(command + "\n" + Files.readString(output.toPath()) + Files.readString(folder.resolve("errors")))
                .isZero();
        return Files.readString(output.toPath()).replace("\r\n", "\n");
    }

    private void run(Job job) throws Exception {
        open.await();
        String year = job.request().parameters().get("year").get(0);
        write(job, "csv", "text/csv", csv(year));
        write(job, "json", "application/json", "{\"year\": " + year + "}");
    }

    private static void write(Job job, String format, String mediaType, String content) throws IOException {
        try (OutputStream out = job.format(format, mediaType)) {
            out.write(content.getBytes(UTF_8));
        }
    }

    private static String csv(String year) {
        return "day,amount\n" + (year + "-01-01,1\n").repeat(200);
    }

    /** The commands of the page in their order, which is one session. */
    private static List<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>();
        for (MatchResult block : BLOCK.matcher(Files.readString(PAGE)).results().toList()) {
            assertThat(block.group(1)).startsWith("$ ");
            for (String step : block.group(1).substring(2).split("\n\\$ ", -1)) {
                // A command goes on where a line ends in a backslash.
                String command = step.split("(?<!\\\\)\\n", 2)[0];
                String shown = step.substring(command.length()).stripLeading();
                steps.add(new Step(command, shown));
            }
        }
        return steps;
    }

    private static void requireCurl() {
        Assumptions.assumeFalse("none".equals(System.getProperty("armlib.curl")), "-Darmlib.curl=none");
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        assertThat(Stream.of(path.split(File.pathSeparator, -1)).map(place -> Path.of(place, "curl")))
                .as("curl on the PATH, with which the commands of docs/http.md are run; install it, or say"
                        + " -Darmlib.curl=none to go without this test")
                .anyMatch(Files::isExecutable);
    }
}
