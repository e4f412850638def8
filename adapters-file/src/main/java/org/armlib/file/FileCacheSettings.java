package org.armlib.file;

import java.nio.file.Path;
import org.armlib.content.Compression;

/**
 * Where a file cache lies and how it stores.
 *
 * @param directory a folder of the cache's own, made if it is missing; several processes may share it
 * @param compression how results are stored
 * @param access who else on the machine may read the files; the folder itself keeps its permissions if it is there already
 */
public record FileCacheSettings(Path directory, Compression compression, FileAccess access) {
    /** Settings for a cache whose files nobody else may read. */
    public FileCacheSettings(Path directory, Compression compression) {
        this(directory, compression, FileAccess.OWNER);
    }
}
