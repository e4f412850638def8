package org.armlib.file;

import java.nio.file.FileSystems;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The users of the machine, besides the one who runs armlib, that may read the files of a cache. The process's umask may
 * allow less. Where the file system has no POSIX permissions, files get what it gives by itself.
 */
public enum FileAccess {
    /** Nobody else. */
    OWNER("rwx------", "rw-------"),
    /** The group of the user who runs armlib. */
    GROUP("rwxr-x---", "rw-r-----"),
    /** Everybody. */
    ALL("rwxr-xr-x", "rw-r--r--");

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final String folders;
    private final String files;

    FileAccess(String folders, String files) {
        this.folders = folders;
        this.files = files;
    }

    FileAttribute<?>[] folders() {
        return attributes(folders);
    }

    FileAttribute<?>[] files() {
        return attributes(files);
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
