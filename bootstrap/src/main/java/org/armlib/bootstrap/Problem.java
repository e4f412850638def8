package org.armlib.bootstrap;

/**
 * One mistake in a configuration.
 *
 * @param file the file as it was named, or what else the value came from
 * @param line the line, from 1; 0 if the mistake is in no particular line
 * @param path what is wrong, for example {@code queue.adapter}; empty if that is the file as a whole
 * @param message what is wrong with it and what is allowed; holds no secret
 */
public record Problem(String file, int line, String path, String message) {

    /** The problem as compilers write theirs: {@code app.conf:12: queue.adapter: ...}. */
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
