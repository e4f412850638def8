package org.armlib.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheException;

/** Says of what the file system refused: what was tried, where, and what a person can do about it. */
final class Failures {
    private Failures() {}

    static CacheException of(String tried, Optional<RequestKey> key, Path directory, IOException cause) {
        String of = key.map(k -> " of '" + k + "'").orElse("");
        String reason = reason(cause);
        return new CacheException(
                "cannot " + tried + of + " in the file cache '" + directory + "': " + reason + advice(cause, reason),
                key,
                true,
                cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof PartlyClearedException some) {
            return some.failures() + " could not be removed, " + some.cleared().items() + " were; the first: "
                    + reason(some.first());
        }
        if (cause instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        if (cause instanceof AccessDeniedException denied) {
            return "access denied to '" + denied.getFile() + "'";
        }
        if (cause instanceof FileSystemException refused && refused.getReason() == null) {
            return refused.getClass().getSimpleName().replace("Exception", "") + " '" + refused.getFile() + "'";
        }
        return String.valueOf(cause.getMessage());
    }

    private static String advice(IOException cause, String reason) {
        String lower = reason.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("not enough space")) {
            return "; make room there, for example by a purge, and try again";
        }
        if (lower.contains("quota")) {
            return "; raise the quota or make room, and try again";
        }
        if (lower.contains("read-only")) {
            return "; mount the file system writable";
        }
        if (cause instanceof AccessDeniedException) {
            return "; give the user that runs this process the right to read and write there";
        }
        return "";
    }
}
