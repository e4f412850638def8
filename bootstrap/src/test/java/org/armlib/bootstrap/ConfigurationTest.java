package org.armlib.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.armlib.domain.Redaction;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.spi.PortType;
import org.armlib.spi.Server;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final String REST = "cache.adapter = shelf\nprocessor.adapter = echo\n";
    private static final String GOOD = "queue { adapter = acme, url = here }\n" + REST;

    private static final String SECRET_NAMES =
            Redaction.DEFAULT_NAMES.stream().map(name -> '"' + name + '"').collect(Collectors.joining(","));

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("app.conf");
    }

    @Nested
    class What_can_work {
        @Test
        void has_a_default_for_everything_but_the_adapters() {
            assertThat(settings(GOOD))
                    .containsExactly(
                            "queue.adapter = \"acme\"  # app.conf:1",
                            "queue.url = \"here\"  # app.conf:1",
                            "queue.buffer = \"1MiB\"  # default",
                            "queue.eager = false  # default",
                            "queue.max-attempts = 3  # default",
                            "queue.backoff-initial = \"5s\"  # default",
                            "queue.backoff-factor = 2.0  # default",
                            "queue.backoff-max = \"10m\"  # default",
                            "queue.backoff-jitter = 0.2  # default",
                            "queue.visibility-timeout = \"1m\"  # default",
                            "queue.retention = \"7d\"  # default",
                            "queue.secret-parameters = [" + SECRET_NAMES + "]  # default",
                            "cache.adapter = \"shelf\"  # app.conf:2",
                            "cache.temporary-clear = \"02:00\"  # default",
                            "cache.zone = \"Z\"  # default",
                            "cache.temporary-min-age = \"1h\"  # default",
                            "cache.orphans-after = \"1d\"  # default",
                            "processor.adapter = \"echo\"  # app.conf:3",
                            "worker.threads = 4  # default",
                            "worker.grace = \"30s\"  # default",
                            "worker.max-hold = \"7d\"  # default");
        }

        @Test
        void masks_secrets() {
            assertThat(settings(GOOD + "queue { password = hunter2, pin = 4711 }"))
                    .contains("queue.password = \"******\"  # app.conf:4", "queue.pin = \"******\"  # app.conf:4")
                    .noneMatch(line -> line.contains("hunter2") || line.contains("4711"));
        }

        @Test
        void shows_the_default_of_a_secret_which_is_none() {
            assertThat(Armlib.builder()
                            .appConf("queue.adapter = memory\ncache.adapter = memory\n"
                                    + "processor { adapter = gateway, upstream = \"http://127.0.0.1:1\" }")
                            .check())
                    .filteredOn(setting -> setting.path().equals("processor.headers"))
                    .containsExactly(new EffectiveSetting("processor.headers", List.of(), EffectiveSetting.DEFAULT));
        }

        @Test
        void masks_the_passwords_within_an_address() {
            assertShown(
                    "jdbc:postgresql://h/db?user=u&password=sec;ret", "jdbc:postgresql://h/db?user=u&password=******");
            assertShown(
                    "jdbc:postgresql://h/db?sslPassword=secret&user=u",
                    "jdbc:postgresql://h/db?sslPassword=******&user=u");
            assertShown(
                    "jdbc:h2:file:q;USER=u;PASSWORD=sec\\\\;ret&;TRACE_LEVEL_FILE=0",
                    "jdbc:h2:file:q;USER=u;PASSWORD=******;TRACE_LEVEL_FILE=0");
            assertShown("http://u:sec@ret@h:80/x?y=@", "http://u:******@h:80/x?y=@");
            assertShown(
                    "jdbc:postgresql://h1:5432,h2:5432/db?user=u@h", "jdbc:postgresql://h1:5432,h2:5432/db?user=u@h");
        }

        private void assertShown(String url, String shown) {
            assertThat(settings(GOOD + "queue { url = \"" + url + "\", hosts = [\"" + url + "\"] }"))
                    .contains(
                            "queue.url = \"" + shown + "\"  # app.conf:4",
                            "queue.hosts = [\"" + shown + "\"]  # app.conf:4");
        }

        @Test
        void reads_every_kind_of_setting() {
            assertThat(settings(GOOD + """
                            queue { buffer = 512KiB, hosts = [a, b], eager = true, retention = 36h, backoff-factor = 1.5 }
                            cache { temporary-clear = "03:30", zone = Europe/London }
                            """))
                    .contains(
                            "queue.buffer = \"512KiB\"  # app.conf:4",
                            "queue.hosts = [\"a\",\"b\"]  # app.conf:4",
                            "queue.eager = true  # app.conf:4",
                            "queue.retention = \"36h\"  # app.conf:4",
                            "queue.backoff-factor = 1.5  # app.conf:4",
                            "cache.temporary-clear = \"03:30\"  # app.conf:5",
                            "cache.zone = \"Europe/London\"  # app.conf:5");
        }

        @Test
        void is_not_overridden_by_system_properties() {
            System.setProperty("queue.url", "elsewhere");
            try {
                assertThat(settings(GOOD)).contains("queue.url = \"here\"  # app.conf:1");
            } finally {
                System.clearProperty("queue.url");
            }
        }

        @Test
        void takes_from_the_environment_what_it_asks_for() {
            assertThat(settings(GOOD + "queue { url = ${PATH}, password = ${?ARMLIB_NO_SUCH_VARIABLE} }"))
                    .anyMatch(line -> line.startsWith("queue.url = \"" + System.getenv("PATH") + "\""))
                    .noneMatch(line -> line.startsWith("queue.password"));
        }

        @Test
        void may_include_files_from_beside_it() throws IOException {
            Files.writeString(folder.resolve("queue.conf"), "queue.max-attempts = 7");
            Files.writeString(file, GOOD + "include \"queue.conf\"");
            assertThat(checker().appConf(file).check())
                    .contains(new EffectiveSetting("queue.max-attempts", 7L, folder.resolve("queue.conf") + ":1"));
        }

        @Test
        void needs_no_server_and_names_the_usual_one_where_it_has_something_to_say_of_it() {
            assertThat(settings(GOOD)).noneMatch(line -> line.startsWith("server."));
            String conf = "queue.adapter = memory\ncache.adapter = memory\nworker.threads = 0\n"
                    + "server { port = 0, admin-token = not-to-be-shown-ever }";
            assertThat(Armlib.builder().appConf(conf).check())
                    .extracting(EffectiveSetting::toString)
                    .contains(
                            "server.adapter = \"http\"",
                            "server.port = 0",
                            "server.host = \"127.0.0.1\"",
                            "server.admin-token = \"******\"");
        }

        @Test
        void needs_no_processor_where_nothing_is_run() {
            assertThat(settings("queue { adapter = paper }\ncache.adapter = shelf\nworker.threads = 0"))
                    .contains("worker.threads = 0  # app.conf:3");
        }
    }

    @Nested
    class File {
        @Test
        void missing() {
            assertThat(problemsOfFile()).containsExactly(file + ": there is no such file");
        }

        @Test
        void a_directory() throws IOException {
            Files.createDirectory(file);
            assertThat(problemsOfFile()).containsExactly(file + ": is a directory; name the file in it");
        }

        @Test
        void not_utf_8() throws IOException {
            Files.write(file, (GOOD + "# caf\u00e9").getBytes(StandardCharsets.ISO_8859_1));
            assertThat(problemsOfFile()).containsExactly(file + ":4: is not UTF-8: byte 0xE9 cannot stand there");
        }

        @Test
        void empty() throws IOException {
            Files.writeString(file, "");
            assertThat(problemsOfFile())
                    .containsExactly(
                            file
                                    + ": queue.adapter: is missing; name the adapter of the queue; on the class path: acme,"
                                    + " paper",
                            file
                                    + ": cache.adapter: is missing; name the adapter of the cache; on the class path: shelf",
                            file
                                    + ": processor.adapter: is missing, but worker.threads is 4: name what runs the requests"
                                    + " (on the class path: echo) or give Armlib.builder() a processor; or set"
                                    + " worker.threads = 0 to run none here");
        }

        @Test
        void names_the_file_and_line_of_a_mistake() throws IOException {
            Files.writeString(file, GOOD + "queue.visibilty-timeout = 60s");
            assertThat(problemsOfFile())
                    .containsExactly(
                            file + ":4: queue.visibilty-timeout: unknown key, did you mean visibility-timeout?");
        }

        @Test
        void with_a_mistake_in_a_file_it_includes() throws IOException {
            Files.writeString(folder.resolve("queue.conf"), "\nqueue.max-attempts = many");
            Files.writeString(file, GOOD + "include \"queue.conf\"");
            assertThat(problemsOfFile())
                    .containsExactly(folder.resolve("queue.conf")
                            + ":2: queue.max-attempts: 'many' is not allowed; allowed: a whole number from 1 to 1000");
        }

        @Test
        void including_one_that_is_missing() throws IOException {
            Files.writeString(file, GOOD + "include \"queue.conf\"\ninclude url(\"http://127.0.0.1:1/a.conf\")");
            assertThat(problemsOfFile())
                    .containsExactly(
                            file + ":4: include of " + folder.resolve("queue.conf") + ": there is no such file",
                            file + ":5: include of http://127.0.0.1:1/a.conf: only files can be included");
        }

        private List<String> problemsOfFile() {
            return lines(checker().appConf(file));
        }
    }

    @Nested
    class Text {
        @Test
        void with_a_syntax_error() {
            assertThat(problems(REST + "queue {\n adapter = paper\n"))
                    .containsExactly("app.conf:5: syntax error: the file ends where a } or ) is missing");
        }

        @Test
        void with_a_time_of_day_out_of_quotes() {
            assertThat(problems(GOOD + "cache.temporary-clear = 02:00"))
                    .containsExactly("app.conf:4: syntax error: Expecting end of input or a comma, got ':' (if you"
                            + " intended ':' to be part of a key or string value, try enclosing the key or value in"
                            + " double quotes)");
        }

        @Test
        void with_an_unknown_section() {
            assertThat(problems(GOOD + "worker.threads = 2\nworkers.grace = 3s\nmail.to = me"))
                    .containsExactly(
                            "app.conf:5: workers: unknown section, did you mean worker?",
                            "app.conf:6: mail: unknown section; allowed: queue, cache, processor, worker, server");
        }

        @Test
        void with_a_value_in_place_of_a_section() {
            assertThat(problems("queue = paper\n" + REST))
                    .contains("app.conf:1: queue: 'paper' stands where a section is needed: queue { ... }");
        }

        @Test
        void with_an_unknown_key() {
            assertThat(problems(GOOD + "worker.colour = red"))
                    .containsExactly("app.conf:4: worker.colour: unknown key; allowed: threads, grace, max-hold");
        }

        @Test
        void with_no_time_for_holds() {
            assertThat(problems(GOOD + "worker.max-hold = 0s"))
                    .containsExactly(
                            "app.conf:4: worker.max-hold: 'PT0S' is not allowed; allowed: a time span with a unit,"
                                    + " such as 90s, 5m or 2h, from PT1S to PT87600H");
        }

        @Test
        void with_a_key_of_another_adapter() {
            assertThat(problems(GOOD + "queue.colour = red"))
                    .containsExactly(
                            "app.conf:4: queue.colour: is a setting of adapter paper, which is not the one chosen");
        }

        @Test
        void never_shows_the_value_of_an_unknown_key() {
            assertThat(problems(GOOD + "queue.passwrod = hunter2"))
                    .containsExactly("app.conf:4: queue.passwrod: unknown key, did you mean password?");
        }

        @Test
        void with_an_unknown_adapter() {
            assertThat(problems("queue.adapter = papre\ncache.adapter = attic\nprocessor.adapter = echo"))
                    .containsExactly(
                            "app.conf:1: queue.adapter: 'papre' is no adapter on the class path, did you mean paper?;"
                                    + " allowed: acme, paper",
                            "app.conf:2: cache.adapter: 'attic' is no adapter on the class path; allowed: shelf");
        }

        @Test
        void without_a_required_key() {
            assertThat(problems("queue.adapter = acme\n" + REST))
                    .containsExactly(
                            "app.conf:1: queue.url: is missing; adapter acme needs it: where it is; allowed: a text");
        }

        @Test
        void with_wrong_units_and_types() {
            assertThat(problems(GOOD + """
                            queue.visibility-timeout = 60
                            queue.backoff-initial = 5 parsecs
                            queue.buffer = 12
                            queue.eager = yes
                            queue.hosts = a
                            queue.max-attempts = 2.5
                            queue.backoff-jitter = 2
                            cache.zone = Mars/North
                            worker.threads = [1]
                            worker.grace = 400d
                            """))
                    .containsExactly(
                            "app.conf:4: queue.visibility-timeout: '60' is not allowed; allowed: a time span with a unit,"
                                    + " such as 90s, 5m or 2h, from PT1S to PT24H",
                            "app.conf:5: queue.backoff-initial: '5 parsecs' is not allowed; allowed: a time span with a"
                                    + " unit, such as 90s, 5m or 2h, from PT0S to PT24H",
                            "app.conf:6: queue.buffer: '12' is not allowed; allowed: a size with a unit, such as 512KiB"
                                    + " or 5GiB, from 1 to 1099511627776 bytes",
                            "app.conf:7: queue.eager: 'yes' is not allowed; allowed: true or false",
                            "app.conf:8: queue.hosts: 'a' is not allowed; allowed: a list of texts",
                            "app.conf:9: queue.max-attempts: '2.5' is not allowed; allowed: a whole number from 1 to"
                                    + " 1000",
                            "app.conf:10: queue.backoff-jitter: '2.0' is not allowed; allowed: a number from 0.0 to 1.0",
                            "app.conf:11: cache.zone: 'Mars/North' is not allowed; allowed: a time zone such as"
                                    + " Europe/London or UTC",
                            "app.conf:12: worker.threads: '[1]' is not allowed; allowed: a whole number from 0 to 1000",
                            "app.conf:13: worker.grace: 'PT9600H' is not allowed; allowed: a time span with a unit, such"
                                    + " as 90s, 5m or 2h, from PT0S to PT24H");
        }

        @Test
        void with_a_secret_that_is_short_or_empty() {
            for (String secret : List.of("", " ", "to", "s", "'")) {
                assertThat(problems(GOOD + "queue.password = \"" + secret + '"'))
                        .containsExactly("app.conf:4: queue.password: '******' is too short");
            }
            assertThat(problems(GOOD + "queue.password = is"))
                    .containsExactly("app.conf:4: queue.password: '******' is not allowed; allowed: a text; to get in");
        }

        @Test
        void with_a_secret_that_is_put_together() {
            assertThat(problems(GOOD + "queue.password = \"hunter2\"${ARMLIB_NO_SUCH_VARIABLE}"))
                    .hasSize(1)
                    .allMatch(problem -> problem.contains("${ARMLIB_NO_SUCH_VARIABLE} stands for nothing"))
                    .noneMatch(problem -> problem.contains("hunter2"));
        }

        @Test
        void with_a_wrong_secret() {
            assertThat(problems(GOOD + "queue.pin = 99999\nqueue.password = guessable"))
                    .containsExactly(
                            "app.conf:4: queue.pin: '******' is not allowed; allowed: a whole number from 1000 to 9999",
                            "app.conf:5: queue.password: '******' is too short");
            assertThat(problems(GOOD + "queue.password = guessable"))
                    .containsExactly("app.conf:4: queue.password: '******' is too short");
        }

        @Test
        void with_a_value_that_the_adapter_refuses() {
            assertThat(problems("queue.adapter = acme\nqueue.url = \"ftp://x\"\n" + REST))
                    .containsExactly("app.conf:2: queue.url: 'ftp://x' is not an address of acme");
            assertThat(problems("queue.adapter = acme\nqueue.url = \"ftp://x?password=secret\"\n" + REST))
                    .containsExactly("app.conf:2: queue.url: 'ftp://x?password=******' is not an address of acme");
        }

        @Test
        void with_a_value_that_armlib_refuses_and_another_that_the_adapter_refuses() {
            assertThat(problems("queue.adapter = acme\nqueue.url = \"ftp://x\"\nqueue.buffer = 12\n" + REST))
                    .containsExactly(
                            "app.conf:2: queue.url: 'ftp://x' is not an address of acme",
                            "app.conf:3: queue.buffer: '12' is not allowed; allowed: a size with a unit, such as 512KiB"
                                    + " or 5GiB, from 1 to 1099511627776 bytes");
        }

        @Test
        void with_a_longest_wait_below_the_first() {
            assertThat(problems(GOOD + "queue.backoff-max = 1s"))
                    .containsExactly(
                            "app.conf:4: queue.backoff-max: '1s' is shorter than backoff-initial, which is 5s");
        }

        @Test
        void with_substitutions_that_stand_for_nothing() {
            assertThat(problems("queue { adapter = acme, url = ${NO_SUCH_URL} }\n" + REST
                            + "worker.threads = ${NO_SUCH_NUMBER}\nworker.grce = 1s"))
                    .containsExactly(
                            "app.conf:1: queue.url: ${NO_SUCH_URL} stands for nothing: neither this file nor the"
                                    + " environment has it; write ${?NAME} if it may be missing",
                            "app.conf:4: worker.threads: ${NO_SUCH_NUMBER} stands for nothing: neither this file nor the"
                                    + " environment has it; write ${?NAME} if it may be missing",
                            "app.conf:5: worker.grce: unknown key, did you mean grace?");
        }

        @Test
        void of_the_older_form() {
            assertThat(problems("""
                            # queue
                            q = com.epimorphics.armlib.impl.MemQueueManager
                            q.checkInterval = 500
                            c = com.epimorphics.armlib.impl.FileCacheManager
                            c.cacheDir = /var/x
                            r = com.epimorphics.armlib.impl.StandardRequestManager
                            r.queueManager = $q
                            """))
                    .containsExactly(
                            "app.conf:2: this file is of the older form, 'name = class'; 'q ="
                                    + " com.epimorphics.armlib.impl.MemQueueManager': write queue.adapter = memory",
                            "app.conf:3: 'q.checkInterval = 500' is not needed: workers are woken when there is work:"
                                    + " remove it",
                            "app.conf:4: 'c = com.epimorphics.armlib.impl.FileCacheManager': write cache.adapter = file",
                            "app.conf:5: 'c.cacheDir = /var/x': write cache.directory = \"/var/x\"",
                            "app.conf:6: 'r = com.epimorphics.armlib.impl.StandardRequestManager' is always there and not"
                                    + " configured: remove it",
                            "app.conf:7: 'r.queueManager = $q' is not needed: there is one queue: remove it");
        }

        @Test
        void with_everything_wrong_at_once() {
            ConfigurationException all = catchThrowableOfType(
                    ConfigurationException.class,
                    () -> checker()
                            .appConf("queue.adapter = pape\ncache.adapter = shelf\nworker.thread = 1\nmail = 1")
                            .check());
            assertThat(all.problems()).extracting(Problem::line).containsExactly(0, 1, 3, 4);
            assertThat(all.problems())
                    .extracting(Problem::path)
                    .containsExactly("processor.adapter", "queue.adapter", "worker.thread", "mail");
            assertThat(all).message().hasLineCount(4);
        }
    }

    @Nested
    class Class_path {
        @Test
        void with_two_adapters_of_one_name() {
            assertThat(problemsWith(TestAdapters.SecondPaper.class.getName()))
                    .singleElement()
                    .asString()
                    .matches(
                            "class path: queue adapter 'paper': there are two of this name, .*TestAdapters\\$Paper in file:.*"
                                    + " and .*TestAdapters\\$SecondPaper in file:.*; take one of them off the class path");
        }

        @Test
        void with_an_adapter_that_fails() {
            assertThat(problemsWith(TestAdapters.Failing.class.getName()))
                    .containsExactly("class path: an adapter cannot be loaded: org.armlib.spi.AdapterProvider: Provider"
                            + " org.armlib.bootstrap.TestAdapters$Failing could not be instantiated"
                            + " (org.armlib.ports.QueueException: no licence)");
        }

        @Test
        void with_an_adapter_that_is_not_there() {
            assertThat(problemsWith("org.example.Gone"))
                    .containsExactly("class path: an adapter cannot be loaded: org.armlib.spi.AdapterProvider: Provider"
                            + " org.example.Gone not found");
        }

        private List<String> problemsWith(String provider) {
            List<String> providers = new ArrayList<>(TestAdapters.ALL);
            providers.add(provider);
            return lines(checker().appConf(GOOD).classLoader(new OfferedAdapters(folder, providers)));
        }
    }

    @Nested
    class Program {
        @Test
        void that_binds_a_port_which_the_file_names_too() {
            assertThat(lines(checker().appConf(GOOD).processor(job -> {})))
                    .containsExactly("app.conf:3: processor.adapter: 'echo' is named here, but the program binds a"
                            + " RequestProcessor of its own; take one of them away");
        }

        @Test
        void that_binds_a_port_of_whose_adapters_the_file_has_settings() {
            String threads = "worker.threads = 0\n";
            assertThat(lines(checker()
                            .appConf("queue { url = here, max-attempts = 2, urk = x }\ncache.adapter = shelf\n"
                                    + threads)
                            .install(binder -> binder.bind(QueueManager.class)
                                    .toInstance(TestAdapters.port(QueueManager.class, "own", new ArrayList<>())))))
                    .containsExactlyInAnyOrder(
                            "app.conf:1: queue.url: is a setting of adapter acme, but the program binds a QueueManager of"
                                    + " its own, which does not read it; set it in the program, and remove it here",
                            "app.conf:1: queue.urk: unknown key; allowed: adapter, max-attempts, backoff-initial,"
                                    + " backoff-factor, backoff-max, backoff-jitter, visibility-timeout, retention,"
                                    + " secret-parameters");
            assertThat(lines(Armlib.builder()
                            .appConf("queue.adapter = memory\ncache.adapter = memory\n"
                                    + "processor.upstream = \"http://127.0.0.1:9000\"")
                            .processor(job -> {})))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "app.conf:3: processor.upstream: is a setting of adapter gateway, but the program binds a"
                                    + " RequestProcessor of its own");
            assertThat(lines(Armlib.builder()
                            .appConf("queue.adapter = memory\ncache.directory = x\n" + threads)
                            .install(binder -> binder.bind(CacheManager.class)
                                    .toInstance(TestAdapters.port(CacheManager.class, "own", new ArrayList<>())))))
                    .singleElement()
                    .asString()
                    .startsWith("app.conf:2: cache.directory: is a setting of adapter file, but the program binds a");
            assertThat(lines(Armlib.builder()
                            .appConf("queue.adapter = memory\ncache.adapter = memory\nserver.port = 1\n" + threads)
                            .install(binder -> binder.bind(Server.class)
                                    .toInstance(TestAdapters.port(Server.class, "own", new ArrayList<>())))))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "app.conf:3: server.port: is a setting of adapter http, but the program binds a Server");
        }

        @Test
        void that_binds_the_processor_and_runs_requests() {
            assertThat(checker()
                            .appConf("queue.adapter = paper\ncache.adapter = shelf")
                            .processor(job -> {})
                            .check())
                    .contains(new EffectiveSetting("worker.threads", 4, EffectiveSetting.DEFAULT));
        }

        @Test
        void that_installs_what_cannot_be_wired() {
            assertThat(lines(checker()
                            .appConf(GOOD)
                            .install(binder -> binder.bind(CharSequence.class).to(StringBuilder.class))))
                    .singleElement()
                    .asString()
                    .startsWith("app.conf: cannot be wired: ");
        }
    }

    @Nested
    class Schemas {
        @Test
        void are_given_of_each_adapter_that_has_one() {
            assertThat(checker().appConf(GOOD).schemas())
                    .containsExactly(
                            new AdapterSchema(PortType.QUEUE, "acme", "CREATE TABLE acme_at_here (id BIGINT);\n"),
                            new AdapterSchema(PortType.CACHE, "shelf", "CREATE TABLE shelf (id BIGINT);\n"));
            assertThat(checker()
                            .appConf(GOOD.replace("acme, url = here", "paper"))
                            .schemas())
                    .extracting(AdapterSchema::adapter)
                    .containsExactly("shelf");
        }

        @Test
        void need_settings_that_say_enough() {
            assertThat(lines(checker().appConf(GOOD.replace("here", "anywhere"))::schemas))
                    .containsExactly("app.conf:1: queue.url: 'anywhere' does not say which database it is");
        }

        @Test
        void are_refused_without_showing_a_secret() {
            assertThat(lines(checker().appConf(GOOD + "queue.password = tables")::schemas))
                    .containsExactly("app.conf:4: queue.password: '******' is not allowed; allowed: a text; to get in");
        }

        @Test
        void are_those_of_a_configuration_that_can_work() {
            assertThat(lines(checker().appConf(GOOD + "worker.threads = -1")::schemas))
                    .singleElement()
                    .asString()
                    .startsWith("app.conf:4: worker.threads: ");
        }
    }

    @Test
    void a_server_is_checked_as_the_rest_is_and_needed_where_the_program_asks_for_one() {
        String conf = "queue.adapter = memory\ncache.adapter = memory\nworker.threads = 0\n";
        assertThat(lines(Armlib.builder().appConf(conf + "server { port = 70000, admin-tokn = x }")))
                .containsExactlyInAnyOrder(
                        "app.conf:4: server.port: '70000' is not allowed; allowed: a whole number from 0 to 65535",
                        "app.conf:4: server.admin-tokn: unknown key, did you mean admin-token?");
        assertThat(lines(Armlib.builder().appConf(conf + "server { admin-token = guessable }")))
                .singleElement()
                .asString()
                .startsWith("app.conf:4: server.admin-token: ")
                .doesNotContain("guessable");
        assertThat(lines(checker().appConf(GOOD).serve()))
                .singleElement()
                .asString()
                .contains("'http' is no adapter on the class path", "there is none for the server");
    }

    private Armlib.Builder checker() {
        return Armlib.builder()
                .classLoader(new OfferedAdapters(folder, TestAdapters.ALL))
                .clock(Clock.system(ZoneOffset.UTC));
    }

    private List<String> settings(String appConf) {
        return checker().appConf(appConf).check().stream()
                .map(setting -> setting + "  # " + setting.source())
                .toList();
    }

    private List<String> problems(String appConf) {
        return lines(checker().appConf(appConf));
    }

    private static List<String> lines(Armlib.Builder builder) {
        return lines(builder::check);
    }

    private static List<String> lines(ThrowingCallable call) {
        ConfigurationException told = catchThrowableOfType(ConfigurationException.class, call);
        assertThat(told).as("a ConfigurationException").isNotNull();
        return told.problems().stream().map(Problem::toString).toList();
    }
}
