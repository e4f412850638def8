package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdentityTest {
    private static final int PAIRS = 1_000_000;

    /** A request as the tests see it: equal if it must have the same key, without the domain's help. */
    private record Asked(String uri, Map<String, List<String>> parameters) {
        RequestKey key() {
            return RequestKey.derive(uri, Parameters.of(parameters));
        }
    }

    @Test
    void I02_the_derivation_never_changes() {
        // Computed from the written definition by another program. A key that changes loses every stored result.
        assertThat(key("/", "")).isEqualTo("request-44b0ef6751d1f0b6a4bd98328bd0d65aaa5086f0");
        assertThat(key("/report", "")).isEqualTo("report-fd2260a8ea83e22e663943505d1996c972067198");
        assertThat(key("/report", "year=2024")).isEqualTo("report-37b6acc3279177d13139485055885209d887d703");
        assertThat(key("/report", "year=2025&year=2024&area=north"))
                .isEqualTo("report-7a72a078ea80fa73a27963df0f1aca8e5eeb24ef");
        assertThat(key("/report", "area=north&year=2024&year=2025"))
                .isEqualTo("report-354c44d43587a61101f1ca6d00b59888160fc152");
        assertThat(key("/report", "wsdl")).isEqualTo("report-d5a298a06a53d157dbd92b8a5c0edf47bfe6a1be");
        assertThat(key("/report", "wsdl=")).isEqualTo("report-2c7f01568184612e20b06a5d554fb4e3a4a9bf48");
        assertThat(key("/report", "%7Eq=a+b")).isEqualTo("report-eca3fc72a9e15306a904562e82c5ef43ca0f2840");
        assertThat(key("/report", "q=caf%e9%7c")).isEqualTo("report-c12324aa438c3dea78f11c07ea1005692c8ddb33");
        assertThat(key("/a%2Fb", "")).isEqualTo("a-2fb-c236ca79e9536b35df8d5f3f7e57ce11975e22f9");
        assertThat(key("/Donn\u00e9es/x.csv", "q="))
                .isEqualTo("donn-es-x.csv-2bbb123600d09a3c56f1e0622370552b8472952b");
        assertThat(key("/" + "long/".repeat(30), Map.of("e", List.of("\ud83d\ude00", "&=+%\n"))))
                .isEqualTo("ng-long-long-long-long-long-long-long-long-long-28ab5af2f871ad3f8670b8efe1eb2775e4056ebf");
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
    void I02_the_order_among_names_is_no_part_of_identity() {
        Generators.check(20_000, generate -> {
            String uri = generate.uri();
            Map<String, List<String>> parameters = generate.parameters();
            Map<String, List<String>> shuffled = generate.shuffled(parameters);

            assertThat(key(uri, shuffled)).isEqualTo(key(uri, parameters));
            assertThat(Parameters.of(shuffled)).isEqualTo(Parameters.of(parameters));
        });
        assertSame("/r?a=1&b=2&a=3", "/r?b=2&a=1&a=3", "/r?a=1&a=3&b=2");
        assertSame("/r?x&y=+", "/r?y=+&x");
    }

    @Test
    void I02_the_order_of_the_values_of_one_name_is_part_of_identity() {
        assertDifferent("/r?point=Paris&point=London", "/r?point=London&point=Paris");
        assertDifferent("/r?a=1&b=2&a=3", "/r?a=3&b=2&a=1");
        // One name, however it is written.
        assertDifferent("/r?a=1&%61=2", "/r?%61=2&a=1");
        assertDifferent("/r?%E9=1&%E9=2", "/r?%E9=2&%E9=1");
        Generators.check(20_000, generate -> {
            List<String> values = List.of("v" + generate.text(2), "w" + generate.text(2), "x" + generate.text(2));
            List<String> shuffled = generate.shuffled(values);

            assertThat(key("/r", Map.of("p", shuffled)).equals(key("/r", Map.of("p", values))))
                    .isEqualTo(shuffled.equals(values));
        });
    }

    @Test
    void I02_a_name_without_a_value_differs_from_one_with_an_empty_value() {
        assertDifferent("/r", "/r?x", "/r?x=", "/r?x&x", "/r?x&x=", "/r?x=&x", "/r?x=&x=");
        assertThat(RequestKey.derive("/r", Parameters.ofOccurrences(Map.of("x", List.of(Optional.empty())))))
                .isEqualTo(BatchRequest.parse("/r?x").build().key());
    }

    @Test
    void I02_what_is_written_in_another_way_is_another_request() {
        // An upstream may read each of these in its own way, and gets them as they are.
        assertDifferent("/r?q=a+b", "/r?q=a%20b", "/r?q=a%2Bb", "/r?q=a%2bb");
        assertDifferent("/r?q=1,2", "/r?q=1%2C2", "/r?q=1%2c2");
        assertDifferent("/r?q=%E9", "/r?q=%e9", "/r?q=%C3%A9", "/r?q=%25E9", "/r?q=%FF", "/r?q=%EF%BF%BD");
        assertDifferent("/%E9", "/%e9", "/%C3%A9", "/%25E9");
        assertDifferent("/r;v=1?a=1", "/r?a=1;v=1", "/r?a=1%3Bv=1");
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
            List<RequestKey> keys = new ArrayList<>(List.of(requests.get(0).key()));
            for (int i = 1; i < 5; i++) {
                Asked next = near(generate, generate.oneOf(requests));
                RequestKey key = next.key();
                for (int j = 0; j < i; j++) {
                    boolean same = next.equals(requests.get(j));
                    (same ? twins : pairs)[0]++;
                    if (same != key.equals(keys.get(j))) {
                        throw new AssertionError(next + " with key " + key + " and " + requests.get(j) + " with key "
                                + keys.get(j) + " are " + (same ? "the same" : "different"));
                    }
                }
                requests.add(next);
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
        switch (generate.below(10)) {
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
            case 8 -> Collections.reverse(values);
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

    private static void assertDifferent(String... requests) {
        List<BatchRequest> all = parsed(requests);
        assertThat(all).extracting(BatchRequest::key).doesNotHaveDuplicates();
        for (BatchRequest one : all) {
            assertThat(all.stream().filter(one::sameRequest)).containsExactly(one);
        }
    }

    private static void assertSame(String... requests) {
        List<BatchRequest> all = parsed(requests);
        assertThat(all).extracting(BatchRequest::key).containsOnly(all.get(0).key());
        assertThat(all).allMatch(all.get(0)::sameRequest);
        assertThat(all)
                .extracting(BatchRequest::parameters)
                .containsOnly(all.get(0).parameters());
    }

    private static List<BatchRequest> parsed(String... requests) {
        return Arrays.stream(requests)
                .map(request -> BatchRequest.parse(request).build())
                .toList();
    }

    private static String key(String uri, String query) {
        return RequestKey.derive(uri, Parameters.parse(query)).value();
    }

    private static String key(String uri, Map<String, List<String>> parameters) {
        return RequestKey.derive(uri, Parameters.of(parameters)).value();
    }
}
