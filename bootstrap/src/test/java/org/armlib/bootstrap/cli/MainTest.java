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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        assertThat(err()).doesNotContain("Usage: armlib");
    }

    @Test
    void wrong_usage_is_told_in_a_line_or_two_and_where_the_help_is() {
        assertUsage("Unmatched argument at index 0: 'sumbit'", "armlib", "sumbit");
        assertUsage("Missing required parameter: 'REQUEST'", "armlib submit", "submit");
        assertUsage("Unknown option: '--tread'", "armlib demo", "demo", "--tread");
        assertUsage("Missing required subcommand", "armlib config", "config");
        assertUsage("Missing required subcommand", "armlib");
    }

    private void assertUsage(String message, String command, String... arguments) {
        err.reset();
        assertThat(run(arguments)).as(message).isEqualTo(2);
        assertThat(err()).startsWith(message).endsWith("\nTry '" + command + " --help' for more.\n");
        assertThat(err().lines()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void numbers_out_of_range_are_wrong_usage_in_every_command() {
        for (List<String> command : List.of(
                List.of("demo", "--threads", "0"),
                List.of("demo", "--threads", "-1"),
                List.of("demo", "--threads", "1001"),
                List.of("demo", "--threads", "four"),
                List.of("queue", "--limit", "0"),
                List.of("queue", "--limit", "99999999999"),
                List.of("cost", "--requests", "0"),
                List.of("cost", "--requests", "100001"),
                List.of("cost", "--size", "-1"),
                List.of("cost", "--size", "2000000000"),
                List.of("submit", "/report", "--priority", "1.5"))) {
            err.reset();
            assertThat(run(command.toArray(String[]::new))).as("%s", command).isEqualTo(2);
            assertThat(err())
                    .contains("must be a whole number from ", "was '" + command.get(command.size() - 1) + "'")
                    .endsWith("Try 'armlib " + command.get(0) + " --help' for more.\n");
        }
        for (List<String> command : List.of(
                List.of("submit", "/report", "--timeout", "-1s"),
                List.of("status", "mine", "--timeout", "5"),
                List.of("prune", "--older-than", "soon"),
                List.of("result", "mine", "--timeout", "1 fortnight"),
                List.of("submit", "/report", "--estimated-time", "x"))) {
            err.reset();
            assertThat(run(command.toArray(String[]::new))).as("%s", command).isEqualTo(2);
            assertThat(err()).contains("is no time span").endsWith(" --help' for more.\n");
        }
    }

    @Test
    void wrong_usage_is_told_before_a_configuration_is_missed() {
        for (List<String> command : List.of(
                List.of("submit", "report"),
                List.of("submit", "/report", "--estimated-time", "1000d"),
                List.of("result", "mine", "--json"),
                List.of("result", "mine", "-o", folder.toString()),
                List.of("queue", "--limit", "0"),
                List.of("cost", "--requests", "0"),
                List.of("run", folder.resolve("missing").toString()))) {
            err.reset();
            assertThat(run(command.toArray(String[]::new))).as("%s", command).isEqualTo(2);
            assertThat(err()).doesNotContain("app.conf: ");
        }
    }

    @Test
    void a_name_that_is_none_is_told_with_those_that_are() {
        assertThat(run("queue", "--status", "Lost")).isEqualTo(2);
        assertThat(err()).contains("Pending, InProgress, Completed, Failed, Cancelled", "'Lost'");
        err.reset();
        assertThat(run("cache", "ls", "--area", "attic")).isEqualTo(2);
        assertThat(err()).contains("temporary, persistent", "'attic'");
        err.reset();
        assertThat(run("demo", "--queue", "paper")).isEqualTo(2);
        assertThat(err()).contains("memory, jdbc", "'paper'");
    }

    @Test
    void help_explains_a_command_as_its_option_does() {
        for (List<String> command : List.of(List.of("submit"), List.of("config", "check"), List.<String>of())) {
            out.reset();
            List<String> option = new ArrayList<>(command);
            option.add("--help");
            assertThat(run(option.toArray(String[]::new))).isZero();
            String explained = out();
            out.reset();
            List<String> help = new ArrayList<>(List.of("help"));
            help.addAll(command);
            assertThat(run(help.toArray(String[]::new))).isZero();
            assertThat(out()).isEqualTo(explained);
        }
        assertThat(err()).isEmpty();
        assertUsage("Unmatched argument", "armlib", "help", "sumbit");
    }

    @Test
    void check_and_show_take_the_file_itself() {
        assertThat(run("config", "check", file.toString())).isZero();
        assertThat(out()).isEqualTo(file + ": no problems\n");
        assertThat(run("config", "show", file.toString())).isZero();
        assertThat(run("config", "check", folder.resolve("missing").toString())).isEqualTo(2);
        assertThat(err()).endsWith("missing: there is no such file\n");
        assertThat(run("config", "check", file.toString(), "-c", file.toString()))
                .isEqualTo(2);
        assertThat(err()).contains("are two configurations; give one of them");
    }

    @Test
    void a_database_without_its_driver_is_found_out() throws IOException {
        Files.writeString(file, """
                queue { adapter = jdbc, url = "jdbc:mysql://db/armlib?user=u&password=hunter2" }
                cache.adapter = memory
                worker.threads = 0
                """);
        assertThat(run("config", "check", file.toString())).isEqualTo(1);
        assertThat(err())
                .isEqualTo(file + ":1: queue.url: no driver on the class path accepts a URL that begins with"
                        + " 'jdbc:mysql:'; add com.mysql:mysql-connector-j, or write 'jdbc:mariadb:' for the driver of"
                        + " MariaDB, which connects to MySQL, too\n");
    }

    @Test
    void an_adapter_of_a_jar_whose_library_is_not_there_is_found_out() throws IOException, InterruptedException {
        Path jar = ForeignAdapter.jarWithoutLibrary(folder);
        Files.writeString(folder.resolve("app.conf"), relayConf());
        ForeignAdapter.Ended checked = ForeignAdapter.run(folder, jar, "config", "check");
        assertThat(checked.err())
                .isEqualTo(
                        "app.conf:1: queue.adapter: 'relay' cannot be used: a library is missing that it needs: there"
                                + " is no com.example.rail.Timetable on the class path; add the library's jar, next to the"
                                + " adapter's for example\n");
        assertThat(checked.status()).isEqualTo(1);
    }

    @Test
    void no_adapter_of_its_own_lacks_a_library() {
        for (String conf : List.of(
                "queue.adapter = memory\ncache.adapter = memory",
                "queue { adapter = jdbc, url = \"jdbc:h2:mem:q\" }\ncache.adapter = memory",
                "queue { adapter = jdbc, url = \"jdbc:postgresql://db/q\" }\ncache.adapter = memory",
                "queue { adapter = jdbc, url = \"jdbc:mariadb://db/q\" }\ncache.adapter = memory",
                "queue { adapter = dynamodb, region = eu-west-1 }\ncache { adapter = s3, bucket = reports, region ="
                        + " eu-west-1 }",
                "queue.adapter = memory\ncache { adapter = file, directory = \"" + folder.resolve("cache") + "\" }")) {
            assertThat(Armlib.builder()
                            .appConf(conf + "\nprocessor { adapter = gateway, upstream = \"http://127.0.0.1:1\" }\n"
                                    + "server.adapter = http")
                            .check())
                    .as(conf)
                    .isNotEmpty();
        }
    }

    @Test
    void the_app_conf_that_is_shipped_takes_an_empty_variable_for_none() throws IOException, InterruptedException {
        Path shipped = Files.copy(Path.of("src/dist/app.conf"), folder.resolve("app.conf"));
        ForeignAdapter.Ended checked = ForeignAdapter.run(
                folder,
                shipped,
                Map.of("ARMLIB_UPSTREAM", "", "ARMLIB_HOST", " ", "ARMLIB_PORT", "", "ARMLIB_ADMIN_TOKEN", ""),
                "config",
                "check");
        assertThat(checked).isEqualTo(new ForeignAdapter.Ended(0, "app.conf: no problems\n", ""));
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
