package org.armlib.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldFormTest {
    private static final String LOCAL = """
            # app configuration
            prefixes = com.epimorphics.appbase.core.PrefixService

            cache            = com.epimorphics.armlib.impl.FileCacheManager
            cache.cacheDir   = /var/lib/reports/
            cache.urlPrefix  = report/
            queue            = com.epimorphics.armlib.impl.MemQueueManager
            reqm             = com.epimorphics.armlib.impl.StandardRequestManager
            reqm.queueManager = $queue
            reqm.cacheManager = $cache
            """;

    @Test
    void of_one_server_becomes_memory_and_file() {
        assertThat(OldForm.parse(LOCAL).migrated()).isEqualTo("""
                        # app configuration
                        # prefixes = com.epimorphics.appbase.core.PrefixService  # has no counterpart in armlib

                        cache.adapter = file
                        cache.directory = "/var/lib/reports/"
                        # cache.urlPrefix  = report/  # is not needed: the HTTP interface knows its addresses
                        queue.adapter = memory
                        # reqm             = com.epimorphics.armlib.impl.StandardRequestManager  # is always there and not \
                        configured
                        # reqm.queueManager = $queue  # is not needed: there is one queue
                        # reqm.cacheManager = $cache  # is not needed: there is one cache

                        # Requests are now run by armlib. A program gives Armlib.builder() its RequestProcessor; or name one:
                        # processor.adapter = ...
                        # or run none here:
                        # worker.threads = 0
                        """);
    }

    @Test
    void of_many_servers_becomes_dynamodb_and_s3() {
        String old = """
                q = com.epimorphics.armlib.impl.DynQueueManager
                q.checkInterval = 1500
                q.tablePrefix = hmlr-XX-
                s3 = com.epimorphics.armlib.impl.S3CacheManager
                s3.bucket = reports
                s3.baseKey = sr/
                """;
        assertThat(migrated(old)).isEqualTo(ConfigFactory.parseString("""
                                queue { adapter = dynamodb, region = eu-west-1, poll-interval = 1500ms, table-prefix = "hmlr-XX-" }
                                cache { adapter = s3, bucket = reports, prefix = "sr/", region = eu-west-1 }
                                """));
    }

    private static Config migrated(String old) {
        return ConfigFactory.parseString(OldForm.parse(old).migrated());
    }

    private static String migratedS3(String... lines) {
        return OldForm.parse("s3 = com.epimorphics.armlib.impl.S3CacheManager\n" + String.join("\n", lines))
                .migrated();
    }

    @Test
    void a_base_key_gets_the_slash_that_the_older_library_added() {
        assertThat(migratedS3("s3.baseKey = sr")).contains("cache.prefix = \"sr/\"\n");
        assertThat(migratedS3("s3.baseKey = \"sr/x/\"")).contains("cache.prefix = \"sr/x/\"\n");
    }

    @Test
    void a_base_url_is_that_of_the_bucket_now() {
        assertThat(migratedS3("s3.S3BaseURL = https://cdn.example", "s3.bucket = reports"))
                .contains("cache.public-url = \"https://cdn.example/reports/\"\n");
        assertThat(migratedS3("s3.bucket = reports", "s3.s3BaseURL = https://s3-eu-west-1.amazonaws.com/"))
                .contains("cache.public-url = \"https://s3-eu-west-1.amazonaws.com/reports/\"\n");
        assertThat(migratedS3("s3.S3BaseURL = https://cdn.example"))
                .contains("# s3.S3BaseURL = https://cdn.example  # needs the bucket; write cache.public-url");
    }

    @Test
    void compression_is_gzip_or_none() {
        assertThat(migratedS3("s3.compressed = true")).contains("cache.compression = gzip\n");
        assertThat(migratedS3("s3.compressed = False")).contains("cache.compression = none\n");
        assertThat(migrated(LOCAL + "cache.compressed = true").getString("cache.compression"))
                .isEqualTo("gzip");
    }

    @Test
    void a_work_area_is_not_needed() {
        assertThat(migratedS3("s3.workArea = /tmp")).contains("# s3.workArea = /tmp  # is not needed: ");
        assertThat(OldForm.parse("s3 = com.epimorphics.armlib.impl.S3CacheManager\ns3.workArea = /tmp")
                        .untranslated())
                .isEmpty();
    }

    @Test
    void the_region_is_the_only_one_that_the_older_library_works_in_unless_one_is_named() {
        assertThat(migratedS3()).contains("cache.adapter = s3, cache.region = eu-west-1\n");
        assertThat(migratedS3("s3.region = eu-west-2")).contains("cache.adapter = s3\ncache.region = \"eu-west-2\"\n");
    }

    @Test
    void a_check_interval_is_in_milliseconds_within_what_is_allowed() {
        for (String[] each : new String[][] {
            {"250", "queue.poll-interval = 250ms\n"},
            {"1", "queue.poll-interval = 10ms\n"},
            {"86400000", "queue.poll-interval = 3600000ms\n"},
            {"often", "# q.checkInterval = often  # is not a number of milliseconds"}
        }) {
            assertThat(OldForm.parse("q = com.epimorphics.armlib.impl.DynQueueManager\nq.checkInterval = " + each[0])
                            .migrated())
                    .as(each[0])
                    .contains(each[1]);
        }
        assertThat(OldForm.parse("q = com.epimorphics.armlib.impl.MemQueueManager\nq.checkInterval = 100")
                        .migrated())
                .contains("# q.checkInterval = 100  # is not needed: workers are woken when there is work");
    }

    @Test
    void the_test_server_of_the_older_library_is_an_endpoint() {
        assertThat(migrated(
                                "q = com.epimorphics.armlib.impl.DynQueueManager\nq.localTestEndpoint = http://localhost:8000")
                        .getString("queue.endpoint"))
                .isEqualTo("http://localhost:8000");
    }

    @Test
    void a_folder_of_the_web_application_is_left_to_the_reader() {
        assertThat(OldForm.parse(LOCAL.replace("/var/lib/reports/", "${webapp}/reports"))
                        .migrated())
                .contains("# cache.cacheDir   = ${webapp}/reports  # names a folder of the web application")
                .doesNotContain("cache.directory = \"");
    }

    @Test
    void a_queue_in_a_database_needs_its_url() {
        assertThat(OldForm.parse("queue = com.epimorphics.armlib.impl.SqlQueueManager")
                        .migrated())
                .contains("queue.adapter = jdbc\n", "# queue.url = ...\n");
    }

    @Test
    void tells_the_lines_without_counterpart() {
        assertThat(OldForm.parse(LOCAL + "app.title = Reports").untranslated()).containsExactly(2, 11);
    }

    @Test
    void says_what_is_left_open() {
        assertThat(OldForm.parse("queue = org.example.OwnQueue\nqueue.depth = 3")
                        .migrated())
                .startsWith("""
                        # queue = org.example.OwnQueue  # has no counterpart in armlib
                        # queue.depth = 3  # has no counterpart in armlib

                        # The queue was not configured, or not by a class that armlib knows.
                        # queue.adapter = ...

                        # The cache was not configured, or not by a class that armlib knows.
                        # cache.adapter = ...
                        """);
    }

    @Test
    void is_told_from_the_present_form() {
        assertThat(OldForm.looksLike(LOCAL)).isTrue();
        assertThat(OldForm.looksLike("queue.adapter = jdbc\nqueue {\n driver = org.example.Driver\n}"))
                .isFalse();
        assertThat(OldForm.looksLike("")).isFalse();
    }

    @Test
    void is_all_that_is_read_as_such(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("app.conf"), "queue.adapter = memory");
        assertThatThrownBy(() -> OldForm.read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file
                        + ": is not of the older form: no line names a class, as in queue = some.package.SomeClass");
        Files.writeString(file, "prefixes = com.epimorphics.appbase.core.PrefixService\nqueue = org.example.OwnQueue");
        assertThatThrownBy(() -> OldForm.read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(file + ": names no class of the older library, such as MemQueueManager");
    }
}
