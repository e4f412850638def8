package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.ports.Submitted.How;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void writeOneThatWorks() throws IOException {
        file = Files.writeString(
                folder.resolve("good.conf"),
                "queue.adapter = memory\ncache { adapter = file, directory = \"" + folder.resolve("results")
                        + "\" }\nworker.threads = 0\n");
    }

    @Test
    void check_says_that_there_is_nothing_to_say() {
        assertThat(run("config", "check", "--config", file.toString())).isZero();
        assertThat(out()).isEqualTo(file + ": no problems\n");
        assertThat(err()).isEmpty();
        assertThat(folder.resolve("results")).doesNotExist();
    }

    @Test
    void check_reports_each_problem_in_a_line_and_no_stack_trace() throws IOException {
        Files.writeString(file, "queue.adapter = memry\ncache.adapter = attic\nworker.thread = 1");
        assertThat(run("config", "check", "-c", file.toString())).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err().lines())
                .hasSize(4)
                .allMatch(line -> line.startsWith(file.toString()))
                .contains(file + ":3: worker.thread: unknown key, did you mean threads?");
    }

    @Test
    void check_reports_each_problem_as_json() throws IOException {
        assertThat(run("config", "check", "--json", "-c", file.toString())).isZero();
        assertThat(out()).isEmpty();
        Files.writeString(file, "queue.adapter = memory\ncache.adapter = attic\nworker.threads = 0");
        assertThat(run("config", "check", "--json", "-c", file.toString())).isEqualTo(1);
        assertThat(err()).isEmpty();
        assertThat(out().lines().map(ConfigFactory::parseString))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.getString("file")).isEqualTo(file.toString());
                    assertThat(problem.getInt("line")).isEqualTo(2);
                    assertThat(problem.getString("path")).isEqualTo("cache.adapter");
                    assertThat(problem.getString("message")).startsWith("'attic' is no adapter");
                });
    }

    @Test
    void stacktrace_shows_where_an_error_comes_from() {
        String missing = folder.resolve("missing.conf").toString();
        assertThat(run("config", "check", "-c", missing, "--stacktrace")).isEqualTo(2);
        assertThat(err())
                .startsWith("org.armlib.bootstrap.cli.UsageException: " + missing + ": there is no such file")
                .contains("\tat org.armlib.bootstrap.");
    }

    @Test
    void show_prints_an_app_conf() throws IOException {
        assertThat(run("config", "show", "-c", file.toString())).isZero();
        assertThat(out()).containsPattern("queue\\.max-attempts = 3 +# default\n");
        Files.writeString(file, out());
        out.reset();
        assertThat(run("config", "check", "-c", file.toString())).isZero();
    }

    @Test
    void show_prints_json() {
        assertThat(run("config", "show", "--json", "-c", file.toString())).isZero();
        assertThat(ConfigFactory.parseString("settings = " + out()).getConfigList("settings"))
                .anySatisfy(setting -> {
                    assertThat(setting.getString("path")).isEqualTo("worker.threads");
                    assertThat(setting.getInt("value")).isZero();
                    assertThat(setting.getString("source")).isEqualTo(file + ":3");
                });
    }

    @Test
    void migrate_prints_the_new_file() throws IOException {
        Path old = Files.writeString(folder.resolve("old.conf"), """
                queueManager = com.epimorphics.armlib.impl.MemQueueManager
                cacheManager = com.epimorphics.armlib.impl.FileCacheManager
                cacheManager.cacheDir = %s
                """.formatted(folder.resolve("old-results")));
        assertThat(run("config", "migrate", old.toString())).isZero();
        Files.writeString(file, out() + "worker.threads = 0");
        out.reset();
        assertThat(run("config", "check", "-c", file.toString())).isZero();
    }

    @Test
    void adapters_lists_names_and_settings() {
        assertThat(run("adapters")).isZero();
        assertThat(out())
                .contains("queue.adapter = memory\n", "cache.adapter = file\n", "processor.adapter = gateway\n")
                .containsPattern("  cache\\.directory +required +a file or folder +the folder in which")
                .containsPattern("  queue\\.retention +default 7d +a time span");
    }

    @Test
    void adapters_lists_as_json() {
        assertThat(run("adapters", "--json")).isZero();
        assertThat(ConfigFactory.parseString("adapters = " + out()).getConfigList("adapters"))
                .extracting(adapter -> adapter.getString("port") + " " + adapter.getString("name"))
                .contains("queue memory", "cache file", "processor gateway");
    }

    @Test
    void wrong_usage_is_told_with_status_2() {
        assertThat(run("config", "chek")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(run("config", "check", "--config")).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err()).contains("Usage: armlib");
    }

    @Test
    void a_file_named_on_the_command_line_that_is_not_there_is_wrong_usage() {
        String missing = folder.resolve("missing").toString();
        for (List<String> command : List.of(
                List.of("config", "check", "-c", missing),
                List.of("config", "migrate", missing),
                List.of("queue", "-c", missing),
                List.of("serve", "-c", missing))) {
            err.reset();
            assertThat(run(command.toArray(String[]::new))).as("%s", command).isEqualTo(2);
            assertThat(err()).isEqualTo(missing + ": there is no such file\n");
        }
        err.reset();
        assertThat(run("run", missing)).isEqualTo(2);
        assertThat(err()).startsWith(missing + ": does not exist");
    }

    @Test
    void help_is_what_was_asked_for() {
        assertThat(run("config", "check", "--help")).isZero();
        assertThat(out()).startsWith("Usage: armlib config check");
        assertThat(err()).isEmpty();
    }

    @Test
    void output_that_cannot_be_written_is_told() {
        for (List<String> command : List.of(
                List.of("config", "show", "-c", file.toString()),
                List.of("config", "check", "-c", file.toString()),
                List.of("adapters", "--json"),
                List.of("completion"),
                List.of("--help"))) {
            err.reset();
            assertThat(Main.run(new Printer(failing("No space left on device"), err), command.toArray(String[]::new)))
                    .as("%s", command)
                    .isEqualTo(1);
            assertThat(err()).isEqualTo("cannot write to standard output: No space left on device\n");
        }
        err.reset();
        assertThat(Main.run(
                        new Printer(failing("No space left on device"), err),
                        "config",
                        "show",
                        "-c",
                        folder.resolve("missing.conf").toString()))
                .as("the status of what went wrong before")
                .isNotZero();
        assertThat(err()).contains("there is no such file").doesNotContain("standard output");
    }

    @Test
    void a_reader_that_has_enough_is_no_failure() {
        assertThat(Main.run(new Printer(failing("Broken pipe"), err), "config", "show", "-c", file.toString()))
                .isZero();
        assertThat(err()).isEmpty();
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(message);
            }
        };
    }

    @Test
    void an_adapter_of_a_jar_dropped_in_is_listed_and_checked() throws IOException, InterruptedException {
        Path jar = ForeignAdapter.jar(folder);
        ForeignAdapter.Ended listed = ForeignAdapter.run(folder, jar, "adapters");
        assertThat(listed.err()).isEmpty();
        assertThat(listed.status()).isZero();
        assertThat(listed.out())
                .contains("queue.adapter = relay\n")
                .containsPattern("  queue\\.station +required +a text +where the relay stands\n");
        Files.writeString(folder.resolve("app.conf"), relayConf());
        ForeignAdapter.Ended checked = ForeignAdapter.run(folder, jar, "config", "check");
        assertThat(checked).isEqualTo(new ForeignAdapter.Ended(0, "app.conf: no problems\n", ""));
    }

    @Test
    void schema_prints_what_an_adapter_needs_in_its_database() throws IOException, InterruptedException {
        Path jar = ForeignAdapter.jar(folder);
        Files.writeString(folder.resolve("relay.conf"), relayConf());

        ForeignAdapter.Ended printed = ForeignAdapter.run(folder, jar, "schema", "-c", "relay.conf");

        assertThat(printed).isEqualTo(new ForeignAdapter.Ended(0, """
                        -- What queue.adapter = relay in relay.conf needs

                        CREATE TABLE relay_Crewe (id BIGINT);
                        """, ""));
        assertThat(folder.resolve("results")).doesNotExist();
    }

    @Test
    void schema_says_so_where_there_is_nothing_to_create() {
        assertThat(run("schema", "-c", file.toString())).isZero();
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo(file + ": none of its adapters needs a schema, there is nothing to create\n");
    }

    @Test
    void schema_of_a_configuration_that_cannot_work_is_refused() throws IOException {
        Files.writeString(file, "queue.adapter = memry\ncache.adapter = file");
        assertThat(run("schema", "-c", file.toString())).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err()).contains(file + ":1: queue.adapter: 'memry' is no adapter");
    }

    @Test
    void schema_explains_itself() {
        assertThat(run("schema", "--help")).isZero();
        assertThat(out())
                .startsWith("Usage: armlib schema")
                .containsIgnoringWhitespaces("Connects to nothing", "armlib schema -c app.conf > armlib.sql");
    }

    @Test
    void an_adapter_of_another_class_loader_is_started() throws IOException {
        URL[] jar = {ForeignAdapter.jar(folder).toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(jar, MainTest.class.getClassLoader());
                Armlib armlib = Armlib.builder()
                        .appConf(relayConf())
                        .classLoader(loader)
                        .start()) {
            assertThat(armlib.queue()).hasToString("relay at Crewe");
            assertThat(armlib.requestManager()
                            .submit(BatchRequest.of("/report").build())
                            .how())
                    .isEqualTo(How.QUEUED);
        }
    }

    private String relayConf() {
        return "queue { adapter = relay, station = Crewe }\ncache { adapter = file, directory = \""
                + folder.resolve("results") + "\" }\nworker.threads = 0";
    }

    private int run(String... arguments) {
        return Main.run(new Printer(out, err), arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
