package org.armlib.bootstrap;

import com.typesafe.config.ConfigUtil;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An app.conf of the older form, in which a line names the class of a component, {@code queue = some.package.SomeClass},
 * or sets one of its properties, {@code queue.checkInterval = 1000}. Immutable.
 */
public final class OldForm {
    private static final Pattern COMPONENT =
            Pattern.compile("\\s*([\\w-]+)\\s*=\\s*((?:[a-z_]\\w*\\.)+([A-Z]\\w*))\\s*");
    private static final Pattern OLD_LIBRARY = Pattern.compile("com\\.epimorphics\\..*");
    private static final Pattern NEW_FORM = Pattern.compile("(?m)^[^#]*\\badapter\\s*[=:]");
    private static final Pattern PROPERTY = Pattern.compile("\\s*([\\w-]+)\\.(\\w+)\\s*=\\s*(.*?)\\s*");

    private static final String NO_COUNTERPART = "has no counterpart in armlib";

    /** Class to what to write for it; what begins with # says why nothing is to be written. */
    private static final Map<String, String> COMPONENTS = Map.of(
            "MemQueueManager", "queue.adapter = memory",
            "DynQueueManager", "queue.adapter = dynamodb",
            "SqlQueueManager", "queue.adapter = jdbc",
            "FileCacheManager", "cache.adapter = file",
            "S3CacheManager", "cache.adapter = s3",
            "StandardRequestManager", "# is always there and not configured");

    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("FileCacheManager.cacheDir", "cache.directory"),
            Map.entry("S3CacheManager.bucket", "cache.bucket"),
            Map.entry("S3CacheManager.baseKey", "cache.prefix"),
            Map.entry("S3CacheManager.region", "cache.region"),
            Map.entry("DynQueueManager.tablePrefix", "queue.table-prefix"),
            Map.entry("DynQueueManager.region", "queue.region"),
            Map.entry("DynQueueManager.localTestEndpoint", "queue.endpoint"),
            Map.entry("MemQueueManager.checkInterval", "# is not needed: workers are woken when there is work"),
            Map.entry("DynQueueManager.checkInterval", "# is not needed: workers are woken when there is work"),
            Map.entry("FileCacheManager.urlPrefix", "# is not needed: the HTTP interface knows its addresses"),
            Map.entry("S3CacheManager.s3BaseURL", "# is not needed: it follows from cache.bucket and cache.region"),
            Map.entry("FileCacheManager.defaultSuffix", "# is not needed: the processor names each format of a result"),
            Map.entry("S3CacheManager.defaultSuffix", "# is not needed: the processor names each format of a result"),
            Map.entry("StandardRequestManager.queueManager", "# is not needed: there is one queue"),
            Map.entry("StandardRequestManager.cacheManager", "# is not needed: there is one cache"));

    private final List<Line> lines;

    private OldForm(List<Line> lines) {
        this.lines = List.copyOf(lines);
    }

    /**
     * A line of the old file.
     *
     * @param number from 1
     * @param old what it says, without surrounding space
     * @param replacement a line of app.conf, a comment, or empty for a blank line
     */
    private record Line(int number, String old, String replacement) {
        boolean isComment() {
            return old.startsWith("#") || old.isEmpty();
        }
    }

    /** Whether a text is of the older form, and not of the present one. */
    public static boolean looksLike(String text) {
        List<Matcher> components =
                text.lines().map(COMPONENT::matcher).filter(Matcher::matches).toList();
        return !components.isEmpty()
                && (!NEW_FORM.matcher(text).find()
                        || components.stream()
                                .anyMatch(component ->
                                        OLD_LIBRARY.matcher(component.group(2)).matches()));
    }

    /**
     * Reads a file of the older form.
     *
     * @throws ConfigurationException if it cannot be read, or is not of the older form
     */
    public static OldForm read(Path file) {
        Problems problems = new Problems(file.toString());
        Optional<String> text = ConfSource.readText(file, problems);
        if (text.isPresent() && !looksLike(text.get())) {
            problems.add("", "is not of the older form: no line names a class, as in queue = some.package.SomeClass");
        }
        problems.throwIfAny();
        return parse(text.orElseThrow());
    }

    /** Reads a text of the older form. Any text can be read; what is not understood is kept as a comment. */
    public static OldForm parse(String text) {
        Map<String, String> classes = new HashMap<>();
        List<String> texts = text.lines().map(String::strip).toList();
        for (String line : texts) {
            Matcher component = COMPONENT.matcher(line);
            if (component.matches()) {
                classes.put(component.group(1), component.group(3));
            }
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            lines.add(new Line(i + 1, texts.get(i), replacement(texts.get(i), classes)));
        }
        return new OldForm(lines);
    }

    /** The file in the present form: what can be said in it, and the rest as comments. */
    public String migrated() {
        StringBuilder migrated = new StringBuilder();
        Set<String> sections = new LinkedHashSet<>();
        for (Line line : lines) {
            if (line.isComment()) {
                migrated.append(line.old());
            } else if (line.replacement().startsWith("#")) {
                migrated.append("# ").append(line.old()).append("  ").append(line.replacement());
            } else {
                sections.add(line.replacement().replaceFirst("\\..*", ""));
                migrated.append(line.replacement());
            }
            migrated.append('\n');
        }
        if (!sections.contains("queue")) {
            migrated.append(
                    "\n# The queue was not configured, or not by a class that armlib knows.\n# queue.adapter = ...\n");
        }
        if (!sections.contains("cache")) {
            migrated.append(
                    "\n# The cache was not configured, or not by a class that armlib knows.\n# cache.adapter = ...\n");
        }
        return migrated.append("""

                        # Requests are now run by armlib. A program gives Armlib.builder() its RequestProcessor; or name one:
                        # processor.adapter = ...
                        # or run none here:
                        # worker.threads = 0
                        """).toString();
    }

    void explain(Problems problems) {
        boolean first = true;
        for (Line line : lines) {
            if (line.isComment()) {
                continue;
            }
            String advice = line.replacement().startsWith("#")
                    ? "'" + line.old() + "' " + line.replacement().substring(2) + ": remove it"
                    : "'" + line.old() + "': write " + line.replacement();
            String intro = first ? "this file is of the older form, 'name = class'; " : "";
            problems.add(new Problem(problems.file(), line.number(), "", intro + advice));
            first = false;
        }
    }

    private static String replacement(String line, Map<String, String> classes) {
        Matcher component = COMPONENT.matcher(line);
        if (component.matches()) {
            return COMPONENTS.getOrDefault(component.group(3), "# " + NO_COUNTERPART);
        }
        Matcher property = PROPERTY.matcher(line);
        if (!property.matches()) {
            return "# " + NO_COUNTERPART;
        }
        String of = classes.getOrDefault(property.group(1), "");
        String target = PROPERTIES.getOrDefault(of + "." + property.group(2), "# " + NO_COUNTERPART);
        return target.startsWith("#") ? target : target + " = " + ConfigUtil.quoteString(property.group(3));
    }
}
