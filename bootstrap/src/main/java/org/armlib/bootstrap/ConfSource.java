package org.armlib.bootstrap;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An app.conf, as a file or as a text. Only what it says counts: system properties override nothing, and the environment
 * has a say where the file asks for it, as in <code>${?ARMLIB_PASSWORD}</code>.
 */
final class ConfSource {
    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");

    private final String name;
    private final @Nullable Path file;
    private final String text;
    private final Config over;
    private final Config under;

    private ConfSource(String name, @Nullable Path file, String text, Config over, Config under) {
        this.name = name;
        this.file = file;
        this.text = text;
        this.over = over;
        this.under = under;
    }

    static ConfSource of(Path file) {
        return new ConfSource(file.toString(), file, "", ConfigFactory.empty(), ConfigFactory.empty());
    }

    static ConfSource of(String text) {
        return new ConfSource("app.conf", null, text, ConfigFactory.empty(), ConfigFactory.empty());
    }

    /** This source with values that go before its own, and others that fill what it leaves out. */
    ConfSource with(Map<String, Object> before, Map<String, Object> behind) {
        return new ConfSource(name, file, text, config(before), config(behind));
    }

    private static Config config(Map<String, Object> values) {
        Config config = ConfigFactory.empty();
        for (Map.Entry<String, Object> entry : values.entrySet()) {
            config = config.withValue(
                    entry.getKey(), ConfigValueFactory.fromAnyRef(written(entry.getValue()), "the program"));
        }
        return config;
    }

    private static Object written(Object value) {
        if (value instanceof Duration duration) {
            return duration.toMillis() + "ms";
        }
        return value instanceof Number || value instanceof Boolean || value instanceof Iterable
                ? value
                : value.toString();
    }

    String name() {
        return name;
    }

    /** What the file says, without what could not be resolved; empty if it cannot be parsed. */
    Optional<Config> read(Problems problems) {
        String content = text;
        if (file != null) {
            Optional<String> read = readText(file, problems);
            if (read.isEmpty()) {
                return Optional.empty();
            }
            content = read.get();
        }
        if (OldForm.looksLike(content)) {
            OldForm.parse(content).explain(problems);
            return Optional.empty();
        }
        ConfigParseOptions options = options().setIncluder(new Includer(file, content, problems));
        try {
            Config parsed = file != null
                    ? ConfigFactory.parseFile(file.toFile(), options)
                    : ConfigFactory.parseString(content, options.setOriginDescription(name));
            return Optional.of(resolve(over.withFallback(parsed).withFallback(under), problems));
        } catch (ConfigException e) {
            problems.add(e.origin(), "", syntax(e));
            return Optional.empty();
        }
    }

    /** The text of a file, or empty and a problem. */
    static Optional<String> readText(Path file, Problems problems) {
        Optional<String> obstacle = obstacle(file);
        if (obstacle.isPresent()) {
            problems.add(new Problem(file.toString(), 0, "", obstacle.get()));
            return Optional.empty();
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            CharBuffer decoded = CharBuffer.allocate(bytes.length);
            ByteBuffer encoded = ByteBuffer.wrap(bytes);
            CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(encoded, decoded, true);
            decoded.flip();
            if (result.isError()) {
                int line = (int) decoded.chars().filter(c -> c == '\n').count() + 1;
                problems.add(new Problem(
                        file.toString(),
                        line,
                        "",
                        String.format(
                                "is not UTF-8: byte 0x%02X cannot stand there", encoded.get(encoded.position()))));
                return Optional.empty();
            }
            return Optional.of(decoded.toString());
        } catch (IOException e) {
            problems.add(new Problem(file.toString(), 0, "", "cannot be read: " + e));
            return Optional.empty();
        }
    }

    /** Why a file cannot be read, as far as that can be told beforehand. */
    static Optional<String> obstacle(Path file) {
        if (!Files.exists(file)) {
            return Optional.of("there is no such file");
        }
        if (Files.isDirectory(file)) {
            return Optional.of("is a directory; name the file in it");
        }
        return Files.isReadable(file) ? Optional.empty() : Optional.of("cannot be read: permission denied");
    }

    static ConfigParseOptions options() {
        return ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false);
    }

    private static Config resolve(Config parsed, Problems problems) {
        Config optional = SetVariables.resolve(parsed, System.getenv());
        try {
            return optional.resolve();
        } catch (ConfigException.UnresolvedSubstitution e) {
            Config resolved = optional.resolve(ConfigResolveOptions.defaults().setAllowUnresolved(true));
            return ConfigFactory.empty().withFallback(withoutUnresolved("", resolved.root(), problems));
        }
    }

    /** Drops, and reports, each value that the file leaves open, so that the rest can be checked too. */
    private static ConfigObject withoutUnresolved(String prefix, ConfigObject object, Problems problems) {
        ConfigObject kept = object;
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            String path = prefix + ConfigUtil.joinPath(entry.getKey());
            if (isResolved(entry.getValue())) {
                continue;
            }
            Optional<ConfigObject> child = openChild(path, entry.getValue(), problems);
            if (child.isPresent()) {
                kept = kept.withValue(entry.getKey(), child.get());
            } else {
                problems.add(
                        entry.getValue().origin(),
                        path,
                        substitutions(entry.getValue())
                                + " stands for nothing: neither this file nor the environment has it; write ${?NAME} if"
                                + " it may be missing");
                kept = kept.withoutKey(entry.getKey());
            }
        }
        return kept;
    }

    /** What is resolved of a section that is not resolved throughout; empty if that is no section, or none yet. */
    private static Optional<ConfigObject> openChild(String path, ConfigValue value, Problems problems) {
        try {
            return value instanceof ConfigObject object
                    ? Optional.of(withoutUnresolved(path + ".", object, problems))
                    : Optional.empty();
        } catch (ConfigException.NotResolved e) {
            return Optional.empty();
        }
    }

    /** What is to be put in, without what is around it, which may be part of a secret. */
    private static String substitutions(ConfigValue value) {
        return SUBSTITUTION
                .matcher(value.render(ConfigRenderOptions.concise()))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining(", "));
    }

    private static boolean isResolved(ConfigValue value) {
        try {
            return value.unwrapped() != value;
        } catch (ConfigException.NotResolved e) {
            return false;
        }
    }

    private static String syntax(ConfigException e) {
        String message = String.valueOf(e.getMessage());
        String place = e.origin() == null ? "" : e.origin().description() + ": ";
        String told = message.startsWith(place) ? message.substring(place.length()) : message;
        // The library's own words for a brace left open, and its advice to use a format that is not read here, mislead.
        return "syntax error: "
                + told.replace(
                                "expecting a close parentheses ')' here, not: end of file",
                                "the file ends where a } or ) is missing")
                        .replace(", or you may be able to rename the file .properties rather than .conf", "");
    }
}
