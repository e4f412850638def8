package org.armlib.file;

import java.nio.file.Path;
import org.armlib.content.Compression;

/**
 * Where a file cache lies and how it stores.
 *
 * @param directory a folder of the cache's own, made if it is missing; several processes may share it
 * @param compression how results are stored
 */
public record FileCacheSettings(Path directory, Compression compression) {}
