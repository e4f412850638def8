package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.armlib.bootstrap.Armlib;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands on the backends themselves. */
class LocalCommandsTest extends TargetCommandsContract {
    private Path conf = Path.of("");
    private List<Armlib> opened = List.of();

    @BeforeEach
    void configure() throws IOException {
        conf = Files.writeString(folder.resolve("app.conf"), configuration());
    }

    private String configuration() {
        return """
                queue { adapter = jdbc, url = "jdbc:h2:%s", backoff-initial = 10ms, max-attempts = 2 }
                cache { adapter = file, directory = "%s" }
                worker.threads = 0
                """.formatted(folder.resolve("queue"), results);
    }

    @Override
    List<String> target() {
        return List.of("--config", conf.toString());
    }

    @Override
    Armlib backends() {
        if (opened.isEmpty()) {
            opened = List.of(Armlib.builder().appConf(conf).asClient().start());
        }
        return opened.get(0);
    }

    @Override
    void close() {
        opened.forEach(Armlib::close);
    }

    @Test
    void damaged_results_are_found_out() throws IOException {
        work(this::report);
        run("submit", "/report", "--key", "mine", "--wait");
        run("submit", "/other", "--key", "other", "--wait");
        assertThat(run("cache", "verify")).isZero();
        assertThat(out()).isEqualTo("2 results read, 0 damaged\n");

        damageResults();

        assertThat(run("cache", "verify", "mine")).isEqualTo(1);
        assertThat(out()).startsWith("the result of 'mine' is damaged: ").endsWith("1 result read, 1 damaged\n");
        assertThat(run("cache", "verify", "--json")).isEqualTo(1);
        assertThat(json().getConfigList("damaged"))
                .extracting(damaged -> damaged.getString("key"))
                .containsExactly("other");
        assertThat(run("cache", "verify", "mine")).isEqualTo(1);
        assertThat(err()).contains("mine: there is no result of it in the cache");
    }

    @Test
    void a_queue_in_memory_is_no_use_to_a_second_process() throws IOException {
        Files.writeString(
                conf,
                "queue.adapter = memory\ncache { adapter = file, directory = \"" + results
                        + "\" }\nworker.threads = 0\n");

        for (List<String> command : List.of(
                List.of("submit", "/report"),
                List.of("status", "mine"),
                List.of("queue"),
                List.of("suspend"),
                List.of("prune"))) {
            assertThat(run(command.toArray(String[]::new))).as("%s", command).isEqualTo(2);
            assertThat(err())
                    .startsWith(conf + ":1: queue.adapter = \"memory\" keeps the queue within the process that runs it")
                    .contains("--server URL", "jdbc");
        }
        assertThat(run("cache", "ls")).isZero();
        assertThat(err()).isEqualTo("there are no results\n");
    }

    @Test
    void a_cache_in_memory_neither() throws IOException {
        Files.writeString(
                conf,
                configuration()
                                .lines()
                                .filter(line -> !line.startsWith("cache"))
                                .collect(Collectors.joining("\n")) + "\ncache.adapter = memory\n");

        assertThat(run("cache", "ls")).isEqualTo(2);
        assertThat(err()).contains("cache.adapter = \"memory\" keeps the cache within the process", "such as file");
        assertThat(run("result", "mine")).isEqualTo(2);
        assertThat(run("queue")).isZero();
    }

    @Test
    void a_configuration_that_cannot_work_is_told_line_by_line() throws IOException {
        Files.writeString(conf, "queue.adapter = jdbc\ncache.adapter = attic\n");

        assertThat(run("queue")).isEqualTo(1);
        assertThat(err())
                .contains(conf + ":2: cache.adapter: 'attic' is no adapter")
                .contains("queue.url");
    }
}
