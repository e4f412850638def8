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
                s3.region = eu-west-1
                """;
        Config migrated = ConfigFactory.parseString(OldForm.parse(old).migrated());
        assertThat(migrated).isEqualTo(ConfigFactory.parseString("""
                                queue { adapter = dynamodb, table-prefix = "hmlr-XX-" }
                                cache { adapter = s3, bucket = reports, prefix = "sr/", region = eu-west-1 }
                                """));
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
    }
}
