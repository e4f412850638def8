package org.armlib.bootstrap;

import com.typesafe.config.ConfigOrigin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with one configuration. Not thread-safe. */
final class Problems {
    private final String file;
    private final Set<Problem> found = new LinkedHashSet<>();

    Problems(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    boolean concern(String path) {
        return found.stream().anyMatch(problem -> problem.path().equals(path));
    }

    void add(Problem problem) {
        found.add(problem);
    }

    void add(String path, String message) {
        found.add(new Problem(file, 0, path, message));
    }

    void add(@Nullable ConfigOrigin origin, String path, String message) {
        found.add(new Problem(file(origin), Math.max(0, origin == null ? 0 : origin.lineNumber()), path, message));
    }

    /** Where a value comes from, for people. */
    String place(ConfigOrigin origin) {
        return file(origin) + (origin.lineNumber() > 0 ? ":" + origin.lineNumber() : "");
    }

    /** @throws ConfigurationException if anything was found */
    void throwIfAny() {
        if (!found.isEmpty()) {
            List<Problem> sorted = new ArrayList<>(found);
            sorted.sort(
                    Comparator.comparing((Problem problem) -> !problem.file().equals(file))
                            .thenComparing(Problem::file)
                            .thenComparingInt(Problem::line));
            throw new ConfigurationException(sorted);
        }
    }

    private String file(@Nullable ConfigOrigin origin) {
        if (origin == null) {
            return file;
        }
        if (origin.filename() != null) {
            return origin.filename();
        }
        // A text has no file name, only the description it was parsed under, and the line appended to it.
        return origin.description().startsWith(file) ? file : origin.description();
    }
}
