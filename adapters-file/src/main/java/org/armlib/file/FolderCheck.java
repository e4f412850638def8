package org.armlib.file;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Tells beforehand, and in words, why a folder cannot hold a cache. Changes nothing. */
final class FolderCheck {
    private FolderCheck() {}

    static Optional<String> problem(Path folder) {
        Path absolute = folder.toAbsolutePath();
        if (Files.isDirectory(absolute)) {
            return accessProblem(absolute);
        }
        if (Files.isSymbolicLink(absolute) && !Files.exists(absolute)) {
            return Optional.of("'" + absolute
                    + "' is a symbolic link to a place that does not exist; make that folder, or name another");
        }
        if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of("'" + absolute + "' is a file, not a folder; name a folder");
        }
        Path above = absolute.getParent();
        while (above != null && !Files.exists(above, LinkOption.NOFOLLOW_LINKS)) {
            above = above.getParent();
        }
        if (above == null || !Files.isDirectory(above)) {
            return Optional.of("'" + absolute + "' cannot be made, since '" + above + "' is not a folder");
        }
        Path existing = above;
        return accessProblem(existing)
                .map(problem -> "'" + absolute + "' does not exist and cannot be made: " + problem);
    }

    private static Optional<String> accessProblem(Path folder) {
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            return Optional.of("'" + folder + "' cannot be read; give the user that runs this process the right to");
        }
        if (!Files.isWritable(folder)) {
            return Optional.of("'" + folder
                    + "' cannot be written; give the user that runs this process the right to, or, if the file system is"
                    + " mounted read-only, mount it writable");
        }
        return Optional.empty();
    }
}
