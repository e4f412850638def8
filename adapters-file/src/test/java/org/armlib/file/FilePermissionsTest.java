package org.armlib.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;
import org.armlib.content.Compression;
import org.armlib.domain.BatchRequest;
import org.armlib.ports.CacheManager;
import org.armlib.ports.ResultWriter;
import org.armlib.tck.CacheSamples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class FilePermissionsTest {
    @TempDir
    Path folder;

    @Test
    void nobody_else_may_read_a_cache() throws IOException {
        assertThat(permissions(new FileCacheSettings(folder.resolve("own/cache"), Compression.NONE)))
                .containsExactlyInAnyOrder("rwx------", "rw-------");
    }

    @Test
    void a_group_may_read_a_cache_that_is_shared_with_it() throws IOException {
        Set<String> shared =
                permissions(new FileCacheSettings(folder.resolve("shared/cache"), Compression.NONE, FileAccess.GROUP));

        // The umask of whoever runs the test may take the group's rights away.
        assertThat(shared).isNotEmpty().allSatisfy(one -> assertThat(one).matches("rw[x-](r-[x-]|---)---"));
    }

    /** The permissions of all that a cache makes, its folder included. */
    private static Set<String> permissions(FileCacheSettings settings) throws IOException {
        try (CacheManager cache = new FileCacheManager(settings, Clock.systemUTC())) {
            BatchRequest request = BatchRequest.of("/report").build();
            try (ResultWriter writer = cache.write(CacheSamples.leased(request, CacheSamples.submission(1), 1))) {
                try (OutputStream out = writer.format("csv", "text/csv")) {
                    out.write('x');
                }
                writer.commit();
            }
        }
        Set<String> found = new TreeSet<>();
        for (Path file : FileFixture.tree(settings.directory())) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            found.add(PosixFilePermissions.toString(permissions));
        }
        return found;
    }
}
