package org.armlib.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Regular expressions take linear time. Java's backtrack, so that each repetition without an upper bound must be possessive;
 * what may be repeated within another repetition is possessive too, as Java would recurse for each turn.
 */
class PatternsTest {
    /** Read nothing that comes from outside: what they match is written by the operator, or they are tests. */
    private static final Set<String> EXEMPT = Set.of("bootstrap", "ports/tck");

    /** One greedy repetition before a fixed end, in a file whose length is limited: linear as well. */
    private static final Set<String> BEFORE_A_FIXED_END = Set.of("Manifests.java", "Index.java");

    private static final Pattern CALL =
            Pattern.compile("(?:Pattern\\s*\\.\\s*compile|\\.matches|\\.replaceAll|\\.replaceFirst|\\.split)\\s*\\(");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"");

    @Test
    void repetitions_without_a_bound_are_possessive() throws IOException {
        List<String> found = new ArrayList<>();
        int looked = 0;
        for (String module : House.modules()) {
            Path sources = House.root().resolve(module).resolve("src/main/java");
            if (House.INTERNAL_MODULES.contains(module) || EXEMPT.contains(module) || !Files.isDirectory(sources)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(".java")).toList()) {
                    if (!BEFORE_A_FIXED_END.contains(file.getFileName().toString())) {
                        String source = Files.readString(file);
                        looked++;
                        backtracking(source).forEach(regex -> found.add(file.getFileName() + ": " + regex));
                    }
                }
            }
        }

        assertThat(looked).isGreaterThan(100);
        assertThat(found).isEmpty();
    }

    @Test
    void a_repetition_that_backtracks_is_found() {
        assertThat(backtracking("Pattern.compile(\"a*b\");")).containsExactly("a*b");
        assertThat(backtracking("Pattern.compile(\"x\"\n + \"(a|b)+\");")).containsExactly("(a|b)+");
        assertThat(backtracking("text.matches(\"[0-9]{3,}\");")).containsExactly("[0-9]{3,}");
        assertThat(backtracking("text.replaceAll(\"\\\\s+$\", \"\");")).containsExactly("\\s+$");
        assertThat(backtracking("text.matches(\"a*?\");")).containsExactly("a*?");
        assertThat(backtracking("Pattern.compile(\"a*+b++[*+]{1,3}\\\\*c{2,}+(?:d|e)*+\");"))
                .isEmpty();
        assertThat(backtracking("text.split(\",\");")).isEmpty();
    }

    private static List<String> backtracking(String source) {
        List<String> found = new ArrayList<>();
        Matcher calls = CALL.matcher(source);
        while (calls.find()) {
            Matcher literals = LITERAL.matcher(arguments(source, calls.end()));
            while (literals.find()) {
                String regex = literals.group(1).replace("\\\\", "\\").replace("\\\"", "\"");
                if (backtracks(regex)) {
                    found.add(regex);
                }
            }
        }
        return found;
    }

    /** What stands from an index to the parenthesis that closes a call. */
    private static String arguments(String source, int from) {
        int depth = 1;
        boolean quoted = false;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted) {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (depth == 0) {
                    return source.substring(from, i);
                }
            }
        }
        return "";
    }

    private static boolean backtracks(String regex) {
        boolean inClass = false;
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\') {
                i++;
            } else if (inClass) {
                inClass = c != ']';
            } else if (c == '[') {
                inClass = true;
            } else {
                int end = unbounded(regex, i);
                if (end > i && (end >= regex.length() || regex.charAt(end) != '+')) {
                    return true;
                }
                i = end > i ? end : i;
            }
        }
        return false;
    }

    /** Where a repetition without an upper bound that begins at an index ends; that index if none begins there. */
    private static int unbounded(String regex, int at) {
        char c = regex.charAt(at);
        if (at > 0 && (c == '*' || c == '+')) {
            return at + 1;
        }
        int close = c == '{' ? regex.indexOf('}', at) : -1;
        return close > 0 && regex.charAt(close - 1) == ',' ? close + 1 : at;
    }
}
