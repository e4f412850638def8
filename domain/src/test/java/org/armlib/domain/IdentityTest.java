package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IdentityTest {
    private static final int PAIRS = 1_000_000;

    /** A request as the tests see it: identity is decided here without the domain's help. */
    private record Asked(String uri, Map<String, List<String>> parameters) {
        RequestKey key() {
            return RequestKey.derive(uri, Parameters.of(parameters));
        }

        /** Equal for what must have the same key, and for nothing else. */
        Asked identity() {
            Map<String, List<String>> sorted = new TreeMap<>();
            parameters.forEach(
                    (name, values) -> sorted.put(name, values.stream().sorted().toList()));
            return new Asked(uri, sorted);
        }
    }

    @Test
    void I02_the_derivation_never_changes() {
        // Computed from the written definition by another program. A key that changes loses every stored result.
        assertThat(key("/", Map.of())).isEqualTo("request-09f88c3ee1359b19fbf9e848d6b3ef06116f91f1");
        assertThat(key("/report", Map.of())).isEqualTo("report-8b7fb8918637a6d8cfbfc68c27643fd0931b1750");
        assertThat(key("/report", Map.of("year", List.of("2024"))))
                .isEqualTo("report-081fce8e33a62561cabe7ab027ecb70dd4504e04");
        assertThat(key("/report", Map.of("year", List.of("2025", "2024"), "area", List.of("north"))))
                .isEqualTo("report-ccb91873c9b318daa883482a2860b0547d958421");
        assertThat(key("/a%2Fb", Map.of())).isEqualTo("a-2fb-fc59829a009047170061d42a562f0c9087d5cc77");
        assertThat(key("/Donn\u00e9es/x.csv", Map.of("q", List.of(""))))
                .isEqualTo("donn-es-x.csv-ef6c747287949f68dd45d8c1d26a7d6e740875c3");
        assertThat(key("/" + "long/".repeat(30), Map.of("e", List.of("\ud83d\ude00", "&=+%\n"))))
                .isEqualTo("ng-long-long-long-long-long-long-long-long-long-0177ed4320db18b055801255ef8b495d191221a0");
    }

    @Test
    void I02_a_derived_key_is_a_slug_and_160_bits() {
        Generators.check(20_000, generate -> {
            String uri = generate.oneIn(2)
                    ? generate.uri()
                    : "/" + generate.anyText(60).replaceAll("[\\s\\p{C}?#]", "");
            assertThat(key(uri, generate.parameters())).matches("[a-z0-9]([a-z0-9.-]{0,46}[a-z0-9])?-[0-9a-f]{40}");
        });
    }

    @Test
    void I02_order_is_no_part_of_identity() {
        Generators.check(20_000, generate -> {
            String uri = generate.uri();
            Map<String, List<String>> parameters = generate.parameters();
            Map<String, List<String>> shuffled = generate.shuffled(parameters);

            assertThat(key(uri, shuffled)).isEqualTo(key(uri, parameters));
            assertThat(Parameters.of(shuffled)).isEqualTo(Parameters.of(parameters));
        });
    }

    @Test
    void I02_policy_time_priority_and_trace_are_no_part_of_identity() {
        Generators.check(5_000, generate -> {
            BatchRequest plain = BatchRequest.of(generate.uri())
                    .parameters(Parameters.of(generate.parameters()))
                    .build();
            BatchRequest other = BatchRequest.of(plain.requestUri())
                    .parameters(plain.parameters())
                    .cachePolicy(generate.oneOf(List.of(CachePolicy.values())))
                    .estimatedTime(Duration.ofSeconds(generate.below(600_000)))
                    .priority(generate.random().nextInt())
                    .trace(new TraceContext("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01", ""))
                    .build();

            assertThat(other.key()).isEqualTo(plain.key());
            assertThat(other.sameRequest(plain)).isTrue();
        });
    }

    @Test
    void I02_a_chosen_key_is_no_part_of_identity_either() {
        BatchRequest derived = BatchRequest.parse("/report?year=2024").build();
        BatchRequest chosen = BatchRequest.parse("/report?year=2024")
                .key(new RequestKey("annual"))
                .build();

        assertThat(chosen.key()).hasToString("annual");
        assertThat(chosen.sameRequest(derived)).isTrue();
    }

    @Test
    void I03_the_known_traps_have_different_keys() {
        assertDifferent(
                new Asked("/r", Map.of("p", List.of("foo"), "q", List.of("bar"))),
                new Asked("/r", Map.of("p", List.of("foo_q_bar"))),
                new Asked("/r", Map.of("p", List.of("foo", "q", "bar"))),
                new Asked("/r", Map.of("p_foo_q", List.of("bar"))));
        assertDifferent(
                new Asked("/a/b", Map.of()),
                new Asked("/a%2Fb", Map.of()),
                new Asked("/a%2fb", Map.of()),
                new Asked("/a%252Fb", Map.of()),
                new Asked("/a//b", Map.of()),
                new Asked("/a/b/", Map.of()),
                new Asked("/A/b", Map.of()),
                new Asked("/a-b", Map.of()),
                new Asked("/a_b", Map.of()));
        assertDifferent(
                new Asked("/r", Map.of("a", List.of("b_c"), "d", List.of("e"))),
                new Asked("/r", Map.of("a", List.of("b", "c_d_e"))),
                new Asked("/r", Map.of("a", List.of("b", "c"), "d", List.of("e"))),
                new Asked("/r", Map.of("a", List.of("b", "c", "d", "e"))),
                new Asked("/r", Map.of("a", List.of("b_c_d_e"))));
        assertDifferent(
                new Asked("/r", Map.of()),
                new Asked("/r", Map.of("a", List.of(""))),
                new Asked("/r", Map.of("a", List.of("", ""))),
                new Asked("/r", Map.of("a", List.of("null"))),
                new Asked("/r", Map.of("a", List.of("a"))),
                new Asked("/r", Map.of("a", List.of("\u0000"))),
                new Asked("/r", Map.of("b", List.of(""))));
        assertDifferent(
                new Asked("/r", Map.of("a", List.of("b"), "b", List.of("a"))),
                new Asked("/r", Map.of("a", List.of("a"), "b", List.of("b"))),
                new Asked("/r", Map.of("a", List.of("a", "b"))),
                new Asked("/r", Map.of("b", List.of("a", "b"))));
        assertDifferent(
                new Asked("/r", Map.of("q", List.of("\u00e9"))),
                new Asked("/r", Map.of("q", List.of("e\u0301"))),
                new Asked("/r", Map.of("q", List.of("e"))),
                new Asked("/r", Map.of("q", List.of("\ufffd"))),
                new Asked("/r", Map.of("q", List.of("?"))));
        assertDifferent(
                new Asked("/r", Map.of("q", List.of("a b"))),
                new Asked("/r", Map.of("q", List.of("a+b"))),
                new Asked("/r", Map.of("q", List.of("a%20b"))),
                new Asked("/r", Map.of("q", List.of("a%2Bb"))));
    }

    @Test
    void I03_a_million_near_pairs_have_different_keys() {
        int[] pairs = new int[1];
        int[] twins = new int[1];
        // Ten pairs a case, among a request and four that are each a step from one before.
        Generators.check(PAIRS / 5, generate -> {
            if (pairs[0] >= PAIRS) {
                return;
            }
            List<Asked> requests = new ArrayList<>(List.of(new Asked(generate.uri(), generate.parameters())));
            List<Asked> identities = new ArrayList<>(List.of(requests.get(0).identity()));
            List<RequestKey> keys = new ArrayList<>(List.of(requests.get(0).key()));
            for (int i = 1; i < 5; i++) {
                Asked next = near(generate, generate.oneOf(requests));
                Asked identity = next.identity();
                RequestKey key = next.key();
                for (int j = 0; j < i; j++) {
                    boolean same = identity.equals(identities.get(j));
                    (same ? twins : pairs)[0]++;
                    if (same != key.equals(keys.get(j))) {
                        throw new AssertionError(next + " with key " + key + " and " + requests.get(j) + " with key "
                                + keys.get(j) + " are " + (same ? "the same" : "different"));
                    }
                }
                requests.add(next);
                identities.add(identity);
                keys.add(key);
            }
        });
        assertThat(pairs[0]).isGreaterThanOrEqualTo(PAIRS);
        assertThat(twins[0]).isPositive();
    }

    /** A request one step away: text moved over a border, or written in another way that some code would equate. */
    private static Asked near(Generators generate, Asked asked) {
        Map<String, List<String>> changed = new LinkedHashMap<>();
        asked.parameters().forEach((name, values) -> changed.put(name, new ArrayList<>(values)));
        if (changed.isEmpty() || generate.oneIn(8)) {
            return nearUri(generate, new Asked(asked.uri(), changed));
        }
        String name = generate.oneOf(List.copyOf(changed.keySet()));
        List<String> values = changed.getOrDefault(name, List.of());
        int index = generate.below(values.size());
        String value = values.get(index);
        switch (generate.below(9)) {
            case 0 -> { // A value is split.
                int cut = cut(generate.random(), value);
                values.set(index, value.substring(0, cut));
                values.add(index + 1, value.substring(generate.oneIn(2) ? afterSeparator(value, cut) : cut));
            }
            case 1 -> { // Values are merged.
                String joined = String.join(generate.oneOf(List.of("", "_", ",", "&", "\u0000", " ")), values);
                values.clear();
                values.add(joined);
            }
            case 2 -> { // A border moves between name and value.
                int cut = cut(generate.random(), value);
                values.set(index, value.substring(cut));
                rename(changed, name, name + value.substring(0, cut));
            }
            case 3 -> { // The other way.
                int cut = cut(generate.random(), name);
                values.set(index, name.substring(cut) + value);
                rename(changed, name, name.substring(0, cut));
            }
            case 4 -> { // Name and value change places.
                values.set(index, name);
                rename(changed, name, value);
            }
            case 5 -> // Another spelling.
                values.set(index, respelled(generate, value));
            case 6 -> { // A value appears, again or empty.
                values.add(generate.below(values.size() + 1), generate.oneIn(2) ? "" : value);
            }
            case 7 -> { // A value goes over to another name.
                values.remove(index);
                String target = generate.oneOf(List.copyOf(changed.keySet()));
                changed.getOrDefault(target, new ArrayList<>()).add(value);
                if (values.isEmpty()) {
                    changed.remove(name);
                }
            }
            default -> { // A whole parameter is folded into the value of another.
                changed.remove(name);
                String folded = name + generate.oneOf(List.of("_", "=", "", "&")) + String.join("_", values);
                changed.computeIfAbsent(generate.oneOf(List.of("a", "p", folded + "x")), n -> new ArrayList<>())
                        .add(folded);
            }
        }
        return new Asked(asked.uri(), changed);
    }

    private static Asked nearUri(Generators generate, Asked asked) {
        String uri = asked.uri();
        Map<String, List<String>> parameters = asked.parameters();
        if (generate.oneIn(2) || parameters.isEmpty()) {
            String respelled = respelled(generate, uri);
            return new Asked(respelled.matches("[^\\s?#\\p{Cc}]+") ? respelled : uri + "/", parameters);
        }
        int cut = Math.max(uri.offsetByCodePoints(0, 1), cut(generate.random(), uri));
        String name = generate.oneOf(List.copyOf(parameters.keySet()));
        rename(parameters, name, uri.substring(cut) + name);
        return new Asked(uri.substring(0, cut), parameters);
    }

    private static String respelled(Generators generate, String text) {
        return switch (generate.below(10)) {
            case 0 -> text.replace("/", "%2F");
            case 1 -> text.replace("%2F", "/");
            case 2 -> text.replace("%2F", "%2f");
            case 3 -> text.replace("%", "%25");
            case 4 -> text.replace(" ", "+");
            case 5 -> text.replace("+", "%20");
            case 6 -> text.toUpperCase(Locale.ROOT);
            case 7 -> text.strip() + generate.oneOf(List.of("", "/", "_", "."));
            case 8 -> // Keeps surrogate pairs as they are.
                new StringBuilder(text).reverse().toString();
            default -> text + text;
        };
    }

    /** Where the text may be cut without parting a surrogate pair. */
    private static int cut(SplittableRandom random, String text) {
        int cut = random.nextInt(text.length() + 1);
        return cut > 0 && cut < text.length() && Character.isLowSurrogate(text.charAt(cut)) ? cut - 1 : cut;
    }

    /** The place after the character at {@code cut}, as if it had been a separator. */
    private static int afterSeparator(String text, int cut) {
        return cut < text.length() ? text.offsetByCodePoints(cut, 1) : cut;
    }

    private static void rename(Map<String, List<String>> parameters, String name, String newName) {
        if (!newName.isEmpty()) {
            List<String> values = parameters.remove(name);
            parameters.put(newName, values == null ? List.of("") : values);
        }
    }

    private static void assertDifferent(Asked... requests) {
        assertThat(requests).extracting(Asked::key).doesNotHaveDuplicates();
    }

    private static String key(String uri, Map<String, List<String>> parameters) {
        return RequestKey.derive(uri, Parameters.of(parameters)).value();
    }
}
