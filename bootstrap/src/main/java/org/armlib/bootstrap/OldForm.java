package org.armlib.bootstrap;

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
        } else if (text.isPresent()
                && text.get()
                        .lines()
                        .map(COMPONENT::matcher)
                        .filter(Matcher::matches)
                        .noneMatch(component -> OldSettings.isComponent(component.group(3)))) {
            problems.add(
                    "",
                    "names no class of the older library, such as MemQueueManager or S3CacheManager, so that"
                            + " there is nothing to migrate; write an app.conf, 'armlib adapters' lists what it may hold");
        }
        problems.throwIfAny();
        return parse(text.orElseThrow());
    }

    /** Reads a text of the older form. Any text can be read; what is not understood is kept as a comment. */
    public static OldForm parse(String text) {
        Map<String, String> classes = new HashMap<>();
        Map<String, Map<String, String>> properties = new HashMap<>();
        List<String> texts = text.lines().map(String::strip).toList();
        for (String line : texts) {
            Matcher component = COMPONENT.matcher(line);
            Matcher property = PROPERTY.matcher(line);
            if (component.matches()) {
                classes.put(component.group(1), component.group(3));
            } else if (property.matches()) {
                properties
                        .computeIfAbsent(property.group(1), first -> new HashMap<>())
                        .put(OldSettings.propertyName(property.group(2)), unquoted(property.group(3)));
            }
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            lines.add(new Line(i + 1, texts.get(i), replacement(texts.get(i), classes, properties)));
        }
        return new OldForm(lines);
    }

    /** The numbers of the lines that have no counterpart. */
    public List<Integer> untranslated() {
        return lines.stream()
                .filter(line -> !line.isComment() && line.replacement().equals(OldSettings.NO_COUNTERPART))
                .map(Line::number)
                .toList();
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
        if (lines.stream().anyMatch(line -> line.replacement().equals("queue.adapter = jdbc"))) {
            migrated.append("\n# The program gave the queue its database; name it here.\n# queue.url = ...\n");
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

    private static String replacement(
            String line, Map<String, String> classes, Map<String, Map<String, String>> properties) {
        Matcher component = COMPONENT.matcher(line);
        if (component.matches()) {
            return OldSettings.component(component.group(3), properties.getOrDefault(component.group(1), Map.of()));
        }
        Matcher property = PROPERTY.matcher(line);
        if (!property.matches()) {
            return OldSettings.NO_COUNTERPART;
        }
        return OldSettings.property(
                classes.getOrDefault(property.group(1), ""),
                OldSettings.propertyName(property.group(2)),
                unquoted(property.group(3)),
                properties.getOrDefault(property.group(1), Map.of()));
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
