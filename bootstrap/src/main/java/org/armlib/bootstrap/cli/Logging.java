package org.armlib.bootstrap.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What this program logs to standard error, and in which form. */
final class Logging {
    static final String VERBOSE = "--verbose";

    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");
    private static final List<String> FORMATS = List.of("text", "json");

    private Logging() {}

    /**
     * Sets logging up; to be called before anything is logged.
     *
     * @throws UsageException if a variable of {@code environment} says what is not known
     */
    static void setUp(Map<String, String> environment, List<String> arguments) {
        boolean informs = arguments.contains(VERBOSE) || arguments.contains("serve");
        String level = choice(environment, "ARMLIB_LOG_LEVEL", LEVELS, informs ? "info" : "warn");
        System.setProperty("logback.configurationFile", "org/armlib/bootstrap/cli/logback.xml");
        System.setProperty("armlib.log.level", level);
        System.setProperty("armlib.log.format", choice(environment, "ARMLIB_LOG_FORMAT", FORMATS, "text"));
    }

    private static String choice(
            Map<String, String> environment, String variable, List<String> choices, String otherwise) {
        String said = environment.getOrDefault(variable, "");
        String choice = said.isBlank() ? otherwise : said.strip().toLowerCase(Locale.ROOT);
        if (!choices.contains(choice)) {
            throw new UsageException(
                    variable + " is '" + said + "'; one of " + String.join(", ", choices) + " is known");
        }
        return choice;
    }
}
