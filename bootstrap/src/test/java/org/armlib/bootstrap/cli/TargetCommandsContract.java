package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Progress;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the commands do, to backends and to a server alike. */
@Timeout(60)
abstract class TargetCommandsContract {
    private static final byte[] CONTENT = content(300_000);

    /** One for all tests, emptied after each: a file cache makes 512 folders, for which some disks take a second. */
    @TempDir
    static Path results;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Optional<TestWorker> worker = Optional.empty();

    /** The options that name what the commands work on. */
    abstract List<String> target();

    /** The queue and the cache behind it. */
    abstract Armlib backends();

    /** Closes them. */
    abstract void close();

    @AfterEach
    void stopWorking() throws InterruptedException, IOException {
        if (worker.isPresent()) {
            worker.get().stop();
        }
        close();
        emptyResults();
    }

    private static void emptyResults() throws IOException {
        try (Stream<Path> files = Files.walk(results)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void a_request_that_is_submitted_waits_for_a_worker() {
        assertThat(run("submit", "/report?year=2024", "--key", "mine", "--priority", "3", "--sticky"))
                .isZero();
        assertThat(err()).isEqualTo("queued\n");
        assertThat(out())
                .containsPattern("key +mine\n")
                .containsPattern("status +Pending\n")
                .containsPattern("request +/report\\?year=2024\n")
                .containsPattern("area +persistent\n")
                .containsPattern("position +1\n");

        assertThat(run("submit", "/report?year=2024", "--key", "mine")).isZero();
        assertThat(err()).isEqualTo("the same request is waiting or running already; joined\n");

        assertThat(run("status", "mine", "--json")).isZero();
        Config status = json();
        assertThat(status.getString("status")).isEqualTo("Pending");
        assertThat(status.getInt("position")).isEqualTo(1);
        assertThat(status.getStringList("parameters.year")).containsExactly("2024");
        assertThat(status.getBoolean("sticky")).isTrue();
    }

    @Test
    void a_key_that_stands_for_another_request_is_refused() {
        run("submit", "/report?year=2024", "--key", "mine");

        assertThat(run("submit", "/report?year=2025", "--key", "mine")).isEqualTo(1);
        assertThat(err()).contains("key 'mine' belongs to the request /report?year=2024");
    }

    @Test
    void parameters_arrive_in_their_order_and_with_all_their_characters() {
        List<String> seen = new ArrayList<>();
        work((leased, writer, queue) -> {
            seen.add(leased.request().toString());
            report(leased, writer, queue);
        });

        assertThat(run("submit", "/r?z=1&a=%22%C3%A4%20%5C%0A&z=0&a.b=%F0%9F%98%80&e=", "--timeout", "60s"))
                .isZero();

        assertThat(seen).containsExactly("/r?z=1&a=%22%C3%A4%20%5C%0A&z=0&a.b=%F0%9F%98%80&e=");
    }

    @Test
    void waiting_ends_with_the_result_and_the_next_submit_finds_it_in_the_cache() {
        work(this::report);

        assertThat(run("submit", "/report", "--key", "mine", "--wait", "--json"))
                .isZero();
        Config status = json();
        assertThat(status.getString("status")).isEqualTo("Completed");
        assertThat(status.getInt("results.csv.length")).isEqualTo(CONTENT.length);
        assertThat(status.getString("results.csv.digest")).startsWith("sha256:");

        assertThat(run("submit", "/report", "--key", "mine", "--wait")).isZero();
        assertThat(err()).startsWith("its result was in the cache\n");
        assertThat(out()).containsPattern("result +csv  300.0 kB  text/csv\n");
        assertThat(worker.orElseThrow().runs()).isEqualTo(1);
    }

    @Test
    void waiting_for_a_request_that_fails_ends_with_status_1_and_the_reason() {
        work((leased, writer, queue) -> {
            throw new PermanentFailureException(leased.request().key(), "there is no year 2042");
        });

        assertThat(run("submit", "/report?year=2042", "--key", "bad", "--wait")).isEqualTo(1);
        assertThat(out()).containsPattern("status +Failed\n").containsPattern("error +there is no year 2042\n");
    }

    @Test
    void waiting_no_longer_than_asked_leaves_the_request_alone() {
        assertThat(run("submit", "/report", "--key", "mine", "--timeout", "100ms"))
                .isEqualTo(1);
        assertThat(err())
                .contains("no worker was heard of in the last 2 minutes")
                .contains("not finished within 0.10 s; it goes on, see 'armlib status mine'");

        assertThat(run("status", "mine")).isZero();
        assertThat(out()).containsPattern("status +Pending\n");
    }

    @Test
    void watching_tells_each_change_until_the_end() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        run("submit", "/report", "--key", "mine");
        out.reset();
        CompletableFuture<Integer> watch =
                CompletableFuture.supplyAsync(() -> runMore("status", "mine", "--watch", "--json"));
        await().until(() -> out().contains("Pending"));
        work((leased, writer, queue) -> {
            queue.progress(leased.lease(), new Progress(0.5, "half of it"));
            goOn.await();
            report(leased, writer, queue);
        });
        await().until(() -> out().contains("InProgress"));
        goOn.countDown();

        assertThat(watch.get(60, TimeUnit.SECONDS)).isZero();
        List<String> told = lines().stream()
                .map(line -> line.getString("status"))
                .distinct()
                .toList();
        assertThat(told).containsExactly("Pending", "InProgress", "Completed");
    }

    @Test
    void a_key_that_nobody_knows_is_told() {
        for (String command : List.of("status", "cancel", "resubmit", "result")) {
            assertThat(run(command, "nobody")).as(command).isEqualTo(1);
            assertThat(err()).as(command).startsWith("nobody: ").contains("no request has this key");
            assertThat(out()).isEmpty();
        }
    }

    @Test
    void the_queue_is_listed_in_its_order_and_counted() {
        run("submit", "/late", "--key", "late");
        run("submit", "/first", "--key", "first", "--priority", "5");
        run("submit", "/gone", "--key", "gone");
        run("cancel", "gone");

        assertThat(run("queue")).isZero();
        assertThat(out().lines().map(line -> line.split(" ", 2)[0])).startsWith("KEY", "first", "late");
        assertThat(out()).contains("2 waiting, 0 running, 0 completed, 0 failed, 1 cancelled; 0 workers; leasing\n");

        assertThat(run("queue", "--limit", "1")).isZero();
        assertThat(out()).contains("first").doesNotContain("late");
        assertThat(err()).contains("there are more");

        assertThat(run("queue", "--status", "Cancelled", "--json")).isZero();
        assertThat(lines()).extracting(line -> line.getString("key")).containsExactly("gone");

        assertThat(run("queue", "--counts", "--json")).isZero();
        assertThat(json().getInt("counts.Pending")).isEqualTo(2);
    }

    @Test
    void failed_requests_are_listed_with_their_reasons() {
        work((leased, writer, queue) -> {
            throw new PermanentFailureException(leased.request().key(), "no such\u001b[31m year");
        });
        run("submit", "/report", "--key", "bad", "--wait");

        assertThat(run("queue", "--status", "Failed")).isZero();
        assertThat(out()).contains("  bad  no such?[31m year\n");
    }

    @Test
    void a_long_queue_is_listed_page_after_page() {
        for (int i = 0; i < 130; i++) {
            backends().queue().submit(Arguments.request("/report?number=" + i).build());
        }

        assertThat(run("queue", "--limit", "120", "--json")).isZero();
        List<Config> lines = lines();
        assertThat(lines).hasSize(120);
        assertThat(lines.get(119).getStringList("parameters.number")).containsExactly("119");
    }

    @Test
    void a_result_comes_byte_for_byte() throws IOException {
        work(this::report);
        run("submit", "/report", "--key", "mine", "--wait");
        Path file = folder.resolve("out/report.csv");
        Files.createDirectory(folder.resolve("out"));

        assertThat(run("result", "mine", "-o", file.toString())).isZero();
        assertThat(file).hasBinaryContent(CONTENT);
        assertThat(out()).isEmpty();
        assertThat(filesIn("out")).containsExactly("report.csv");

        assertThat(run("result", "mine")).isZero();
        assertThat(out.toByteArray()).isEqualTo(CONTENT);

        assertThat(run("result", "mine", "--format", "xlsx")).isEqualTo(2);
        assertThat(err()).contains("mine: has no format xlsx; it has csv");
    }

    @Test
    void a_reader_that_has_enough_of_a_result_is_no_failure() {
        work(this::report);
        run("submit", "/report", "--key", "mine", "--wait");
        List<String> arguments = new ArrayList<>(List.of("result", "mine"));
        arguments.addAll(target());
        err.reset();

        assertThat(Main.run(new Printer(new ClosedPipe(1000), err), arguments.toArray(String[]::new)))
                .isZero();
        assertThat(err()).isEmpty();
    }

    /** A pipe whose reader closes it after some bytes. */
    private static final class ClosedPipe extends OutputStream {
        private int left;

        ClosedPipe(int left) {
            this.left = left;
        }

        @Override
        public void write(int value) throws IOException {
            if (left-- <= 0) {
                throw new IOException("Broken pipe");
            }
        }
    }

    @Test
    void names_of_states_are_taken_in_any_case() {
        run("submit", "/report", "--key", "mine");

        assertThat(run("queue", "--status", "pending", "--json")).isZero();
        assertThat(json().getString("key")).isEqualTo("mine");
        assertThat(run("queue", "--status", "INPROGRESS", "--json")).isZero();
        assertThat(out()).isEmpty();
        assertThat(run("cache", "ls", "--area", "Temporary", "--json")).isZero();
    }

    @Test
    void of_several_formats_one_is_chosen() throws IOException {
        work((leased, writer, queue) -> {
            write(writer, "csv", CONTENT);
            write(writer, "json", "{}".getBytes(StandardCharsets.UTF_8));
        });
        run("submit", "/report", "--key", "mine", "--wait");
        Path file = folder.resolve("report.json");

        assertThat(run("result", "mine")).isEqualTo(2);
        assertThat(err()).contains("mine: has several formats; choose with --format: csv, json");
        assertThat(run("result", "mine", "--format", "json")).isZero();
        assertThat(out()).isEqualTo("{}");
        assertThat(run("result", "mine", "-o", file.toString())).isZero();
        assertThat(file).hasContent("{}");
    }

    @Test
    void a_result_that_is_waited_for_comes_when_it_is_there() {
        run("submit", "/report", "--key", "mine");
        Path file = folder.resolve("report.csv");
        assertThat(run("result", "mine", "-o", file.toString())).isEqualTo(1);
        assertThat(err()).startsWith("mine: has no result: Pending, position 1");
        assertThat(file).doesNotExist();

        CompletableFuture<Integer> result =
                CompletableFuture.supplyAsync(() -> run("result", "mine", "--wait", "-o", file.toString()));
        work(this::report);

        assertThat(result.orTimeout(60, TimeUnit.SECONDS).join()).isZero();
        assertThat(file).hasBinaryContent(CONTENT);
    }

    @Test
    void a_damaged_result_does_not_take_the_place_of_the_file() throws IOException {
        work(this::report);
        run("submit", "/report", "--key", "mine", "--wait");
        damageResults();
        Path file =
                Files.writeString(Files.createDirectory(folder.resolve("out")).resolve("report.csv"), "older");

        assertThat(run("result", "mine", "-o", file.toString())).isEqualTo(1);
        assertThat(err()).startsWith("mine: ");
        assertThat(file).hasContent("older");
        assertThat(filesIn("out")).containsExactly("report.csv");
    }

    @Test
    void a_request_is_called_off_unless_it_has_ended() {
        run("submit", "/report", "--key", "mine");
        assertThat(run("cancel", "mine")).isZero();
        assertThat(out()).containsPattern("status +Cancelled\n");
        assertThat(run("cancel", "mine")).isZero();

        work(this::report);
        run("submit", "/other", "--key", "done", "--wait");
        assertThat(run("cancel", "done")).isEqualTo(1);
        assertThat(err()).contains("done: is Completed already, there is nothing to call off");
    }

    @Test
    void a_request_is_run_again_whatever_is_in_the_cache() {
        work(this::report);
        run("submit", "/report", "--key", "mine", "--wait");

        assertThat(run("resubmit", "mine", "--wait")).isZero();
        assertThat(err()).startsWith("queued\n");
        assertThat(out()).containsPattern("status +Completed\n");
        assertThat(worker.orElseThrow().runs()).isEqualTo(2);
    }

    @Test
    void a_suspended_queue_leases_nothing_until_it_is_resumed() {
        work(this::report);

        assertThat(run("suspend")).isZero();
        assertThat(out()).isEqualTo("suspended\n");
        assertThat(run("queue")).isZero();
        assertThat(out()).contains("; suspended\n");
        run("submit", "/report", "--key", "mine");
        assertThat(run("resume", "--json")).isZero();
        assertThat(json().getBoolean("suspended")).isFalse();

        assertThat(run("status", "mine", "--watch")).isZero();
    }

    @Test
    void finished_requests_are_forgotten_when_they_are_old() {
        run("submit", "/report", "--key", "mine");
        run("cancel", "mine");

        assertThat(run("prune")).isZero();
        assertThat(out()).isEqualTo("0 requests forgotten\n");
        await().untilAsserted(() -> {
            assertThat(run("prune", "--older-than", "0s", "--json")).isZero();
            assertThat(json().getInt("forgotten")).isEqualTo(1);
        });
        assertThat(run("status", "mine")).isEqualTo(1);
    }

    @Test
    void clearing_leaves_sticky_results_and_rebuilding_none() {
        work(this::report);
        run("submit", "/passing", "--key", "passing", "--wait");
        run("submit", "/lasting", "--key", "lasting", "--sticky", "--wait");

        assertThat(run("cache", "purge")).isZero();
        assertThat(out()).startsWith("1 result cleared, ");
        assertThat(run("result", "passing")).isEqualTo(1);
        assertThat(err()).startsWith("passing: its result was cleared");
        assertThat(run("result", "lasting")).isZero();

        assertThat(run("cache", "rebuilt", "--json")).isZero();
        assertThat(json().getInt("results")).isEqualTo(1);
        assertThat(run("result", "lasting")).isEqualTo(1);
    }

    @Test
    void the_results_in_the_cache_are_listed() {
        work(this::report);
        run("submit", "/passing?year=2024", "--key", "passing", "--wait");
        run("submit", "/lasting", "--key", "lasting", "--sticky", "--wait");

        assertThat(run("cache", "ls")).isZero();
        assertThat(out())
                .containsPattern("passing +temporary .* 300.0 kB +csv +/passing\\?year=2024\n")
                .containsPattern("lasting +persistent ");

        assertThat(run("cache", "ls", "--area", "persistent", "--json")).isZero();
        List<Config> lines = lines();
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0).getString("key")).isEqualTo("lasting");
        assertThat(lines.get(0).getInt("results.csv.length")).isEqualTo(300_000);
    }

    @Test
    void what_is_wrong_with_the_arguments_is_wrong_usage() {
        assertThat(run("submit", "report")).isEqualTo(2);
        assertThat(err()).contains("'report' does not begin with a slash");
        assertThat(run("submit", "/a b")).isEqualTo(2);
        assertThat(err()).contains("requestUri: character 3 is ' '");
        assertThat(run("submit", "/a?x=%zz")).isEqualTo(2);
        assertThat(err()).contains("broken percent-encoding");
        assertThat(run("submit")).isEqualTo(2);
        assertThat(run("status", "no/key")).isEqualTo(2);
        assertThat(err())
                .contains("key: character 3 is '/'")
                .endsWith("\nTry 'armlib status --help' for more.\n")
                .hasLineCount(2);
        assertThat(run("status", "mine", "--timeout", "soon")).isEqualTo(2);
        assertThat(err()).contains("'soon' is no time span");
        assertThat(run("queue", "--status", "Lost")).isEqualTo(2);
        assertThat(err()).contains("Pending, InProgress, Completed, Failed, Cancelled");
        assertThat(run("queue", "--limit", "0")).isEqualTo(2);
        assertThat(run("result", "mine", "-o", folder.toString())).isEqualTo(2);
        assertThat(err()).contains("is a folder");
        assertThat(run("result", "mine", "-o", folder.resolve("no/report.csv").toString()))
                .isEqualTo(2);
        assertThat(err()).contains("there is no folder");
    }

    /** Runs requests from now on, until the end of the test. */
    void work(TestWorker.Work work) {
        worker = Optional.of(new TestWorker(backends(), work));
    }

    void report(LeasedRequest leased, ResultWriter writer, QueueManager queue) throws IOException {
        write(writer, "csv", CONTENT);
    }

    int run(String... arguments) {
        out.reset();
        err.reset();
        return runMore(arguments);
    }

    private int runMore(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(target());
        return Main.run(new Printer(out, err), Map.of(), all.toArray(String[]::new));
    }

    /** Runs a command with an environment, and without the options of {@link #target}. */
    int runAs(Map<String, String> environment, String... arguments) {
        out.reset();
        err.reset();
        return Main.run(new Printer(out, err), environment, arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    Config json() {
        return ConfigFactory.parseString(out());
    }

    List<Config> lines() {
        return out().lines().map(ConfigFactory::parseString).toList();
    }

    private static void write(ResultWriter writer, String format, byte[] content) throws IOException {
        try (OutputStream stream = writer.format(format, "text/" + format)) {
            stream.write(content);
        }
    }

    private List<String> filesIn(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Changes a byte in the midst of each. */
    void damageResults() throws IOException {
        try (Stream<Path> files = Files.walk(results)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".csv")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
        }
    }

    static byte[] content() {
        return CONTENT.clone();
    }

    /** Every byte there is, in no order that compresses to nothing. */
    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(7).nextBytes(content);
        return content;
    }
}
