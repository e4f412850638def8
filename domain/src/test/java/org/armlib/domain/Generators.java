package org.armlib.domain;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Random inputs for properties of the domain, each case from a seed of its own.
 *
 * <p>A property that fails says which seed failed it; {@code -Darmlib.seed=SEED} makes that case the first to be tried.
 */
final class Generators {
    /** Odd, and not the step of {@link SplittableRandom} itself: the cases would be one stream, read from shifted places. */
    private static final long STEP = 0xd1342543de82ef95L;

    /** Texts in which a derivation that forgets to tell pieces apart would lose its way. */
    private static final List<String> PIECES = List.of(
            "a",
            "b",
            "c",
            "1",
            "2",
            "foo",
            "q",
            "_",
            "-",
            ",",
            ";",
            ":",
            "|",
            "=",
            "&",
            "&&",
            "+",
            " ",
            "%",
            "%20",
            "%2F",
            "%2f",
            "%252F",
            "/",
            "//",
            "?",
            "#",
            ".",
            "..",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "\\",
            "\n",
            "\r\n",
            "\t",
            "\u0000",
            "\u0001",
            "\u0000\u0000\u0000\u0001",
            "null",
            "true",
            "0",
            "\u00e9",
            "e\u0301",
            "\u212a",
            "k",
            "K",
            "\ud83d\ude00",
            "\ufffd",
            "\ufeff",
            "\u2028");

    private static final List<String> NAMES =
            List.of("a", "b", "%61", "wsdl", "%E9", "%e9", "%C3%A9", "x+y", "x%20y", "p[]");

    private static final List<String> SPELLINGS = List.of(
            "a", "b", "+", "%20", "%2B", "%2b", ",", "%2C", ";", "%3B", "%7C", "%E9", "%e9", "%C3%A9", "%25", "%25E9",
            "%00", "=", "?", "/", "%2F", ":", "@", "~", "%7E", "'", "(", "*", "!", "$", "[", "]");

    private final SplittableRandom random;

    private Generators(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Tries {@code property} on {@code cases} random cases. */
    static void check(int cases, Consumer<Generators> property) {
        long first = Long.getLong("armlib.seed", new SecureRandom().nextLong());
        for (int i = 0; i < cases; i++) {
            long seed = first + i * STEP;
            try {
                property.accept(new Generators(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "case " + (i + 1) + " of " + cases + " failed; repeat it with -Darmlib.seed=" + seed, e);
            }
        }
    }

    SplittableRandom random() {
        return random;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Up to {@code pieces} pieces of text, many of them separators of something. */
    String text(int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = below(pieces + 1); i > 0; i--) {
            text.append(oneOf(PIECES));
        }
        return text.toString();
    }

    /** Any well-formed text: every code point but the surrogates has its chance. */
    String anyText(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = below(length + 1); i > 0; i--) {
            int codePoint = oneIn(2) ? below(0x100) : below(Character.MAX_CODE_POINT + 1);
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                text.appendCodePoint(codePoint);
            }
        }
        return text.toString();
    }

    /** A legal request URI. */
    String uri() {
        StringBuilder uri = new StringBuilder("/");
        text(4).chars()
                .filter(c -> c > ' ' && c != '?' && c != '#' && c != 0x2028)
                .forEach(c -> uri.append((char) c));
        return uri.toString();
    }

    /** Names with values, as a caller would give them; none without a name or without a value. */
    Map<String, List<String>> parameters() {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (int i = below(4); i > 0; i--) {
            String name = text(3);
            List<String> values = new ArrayList<>();
            for (int j = below(3); j >= 0; j--) {
                values.add(oneIn(8) ? anyText(20) : text(3));
            }
            if (!name.isEmpty()) {
                parameters.put(name, values);
            }
        }
        return parameters;
    }

    /** The query of a URL as some client may write it: any piece, in any spelling, with or without a value. */
    String query() {
        StringBuilder query = new StringBuilder();
        for (int i = below(5); i > 0; i--) {
            query.append(query.isEmpty() ? "" : "&").append(oneOf(NAMES));
            if (!oneIn(3)) {
                query.append('=');
                for (int j = below(4); j > 0; j--) {
                    query.append(oneOf(SPELLINGS));
                }
            }
        }
        return query.toString();
    }

    /** The same names with the same values, the names in another order. */
    Map<String, List<String>> shuffled(Map<String, List<String>> parameters) {
        Map<String, List<String>> shuffled = new LinkedHashMap<>();
        for (String name : shuffled(List.copyOf(parameters.keySet()))) {
            shuffled.put(name, parameters.getOrDefault(name, List.of()));
        }
        return shuffled;
    }

    <T> List<T> shuffled(List<T> list) {
        List<T> shuffled = new ArrayList<>(list);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            int j = below(i + 1);
            T swapped = shuffled.get(i);
            shuffled.set(i, shuffled.get(j));
            shuffled.set(j, swapped);
        }
        return shuffled;
    }
}
