package org.armlib.bootstrap;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Includes files, found from the file that includes them. HOCON on its own takes a missing file for an empty one, and
 * goes on to the class path and the network; here a missing file is a problem, and files are all there is.
 */
final class Includer implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    private final @Nullable Path includingFile;
    private final List<String> includingLines;
    private final Problems problems;

    Includer(@Nullable Path includingFile, String includingText, Problems problems) {
        this.includingFile = includingFile;
        this.includingLines = includingText.lines().toList();
        this.problems = problems;
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        return includeFile(context, new File(what));
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        Path file = includingFile == null ? what.toPath() : includingFile.resolveSibling(what.toPath());
        Optional<String> obstacle = ConfSource.obstacle(file);
        if (obstacle.isPresent()) {
            return refuse(what.getPath(), "include of " + file + ": " + obstacle.get());
        }
        Optional<String> text = ConfSource.readText(file, problems);
        if (text.isEmpty()) {
            return nothing();
        }
        return ConfigFactory.parseFile(
                        file.toFile(), ConfSource.options().setIncluder(new Includer(file, text.get(), problems)))
                .root();
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
        return refuse(what.toString(), "include of " + what + ": only files can be included");
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
        return refuse(what, "include of " + what + " on the class path: only files can be included");
    }

    private ConfigObject refuse(String what, String message) {
        String file = includingFile == null ? problems.file() : includingFile.toString();
        problems.add(new Problem(file, line(what), "", message));
        return nothing();
    }

    /** HOCON does not say in which line an include stands. */
    private int line(String what) {
        for (int i = 0; i < includingLines.size(); i++) {
            String line = includingLines.get(i);
            if (line.contains("include") && line.contains(what)) {
                return i + 1;
            }
        }
        return 0;
    }

    private static ConfigObject nothing() {
        return ConfigFactory.empty().root();
    }
}
