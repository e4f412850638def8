package org.armlib.file;

import java.nio.file.Path;
import java.time.Clock;
import org.armlib.content.Compression;
import org.armlib.ports.CacheManager;
import org.armlib.tck.CacheOpener;

/** Opens what {@link FileFixture#location} names, in another process. */
public final class FileOpener implements CacheOpener {
    /** Does nothing. */
    public FileOpener() {}

    @Override
    public CacheManager open(String location) {
        int space = location.indexOf(' ');
        return new FileCacheManager(
                Path.of(location.substring(space + 1)),
                Compression.valueOf(location.substring(0, space)),
                Clock.systemUTC());
    }
}
