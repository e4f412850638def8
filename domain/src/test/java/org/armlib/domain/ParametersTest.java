package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParametersTest {

    @Test
    void I05_every_name_and_value_survives_the_query_form() {
        List<String> texts = new ArrayList<>(List.of(
                "",
                "null",
                "&",
                "=",
                "+",
                "%",
                "%2",
                "%zz",
                "%2F",
                "#",
                "?",
                "\n",
                "\r\n",
                "\u0000",
                " ",
                "  ",
                ";",
                "\"",
                "\ud83d\ude00",
                "\u00e9",
                "e\u0301",
                "\ufeff",
                "\uffff",
                "x".repeat(64 * 1024),
                "\ud83d\ude00".repeat(16 * 1024)));
        for (char c = 0; c < 0x250; c++) {
            texts.add(String.valueOf(c));
        }
        for (String text : texts) {
            assertSurvives(Map.of("name", List.of(text)));
            assertSurvives(Map.of("name", List.of(text, "", text)));
            if (!text.isEmpty()) {
                assertSurvives(Map.of(text, List.of("value")));
            }
        }
    }

    @Test
    void I05_any_parameters_survive_the_query_form_in_their_order() {
        Generators.check(30_000, generate -> {
            Map<String, List<String>> parameters = generate.parameters();
            parameters.put("any" + generate.anyText(30), List.of(generate.anyText(50), generate.anyText(5)));
            assertSurvives(parameters);
        });
    }

    @Test
    void I05_whatever_is_accepted_survives_the_query_form() {
        // The costliest of the allowed: every byte of it takes three characters in the query.
        assertSurvives(Map.of("n", List.of("&".repeat(Parameters.MAX_BYTES - 3))));
        assertSurvives(Map.of("n", Collections.nCopies(Parameters.MAX_BYTES / 3, "")));
    }

    @Test
    void what_is_too_large_is_refused_with_its_size() {
        String tenMegabytes = "x".repeat(10_000_000);
        assertTooLarge(Map.of("name", List.of(tenMegabytes)), 10_000_006);
        assertTooLarge(Map.of(tenMegabytes, List.of("")), 10_000_002);
        assertTooLarge(Map.of("n", Collections.nCopies(10_000_000, "")), 30_000_000);
        assertTooLarge(Map.of("n", List.of("\u00e9".repeat(Parameters.MAX_BYTES / 2))), Parameters.MAX_BYTES + 3);
        assertTooLarge(Map.of("n", List.of("x".repeat(Parameters.MAX_BYTES - 2))), Parameters.MAX_BYTES + 1);
        assertThatThrownBy(() -> Parameters.parse("name=" + tenMegabytes))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("parameters: the query has 10000005 characters;"
                        + " 262144 bytes of names and values are allowed");
    }

    @Test
    void half_a_surrogate_pair_is_refused() {
        for (String broken : List.of("\ud83d", "\ude00", "\ud83dx", "\ude00\ud83d", "\ud83d\ud83d\ude00")) {
            assertThatThrownBy(() -> Parameters.of(Map.of("p", List.of("ok", "ab" + broken))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("parameters.p: has half a surrogate pair at character 3, which no encoding can carry");
            assertThatThrownBy(() -> Parameters.of(Map.of(broken, List.of(""))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("half a surrogate pair at character 1")
                    .message()
                    .matches("[ -~]+");
        }
        assertThatThrownBy(() -> Parameters.parse("p=\ud83d")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void a_parameter_has_a_name_and_a_value() {
        assertThatThrownBy(() -> Parameters.of(Map.of("", List.of("x"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("parameters: a parameter has no name");
        assertThatThrownBy(() -> Parameters.parse("a=b&=c")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> Parameters.of(Map.of("p\n", List.of())))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.field()).isEqualTo("parameters.p\\u000a"))
                .hasMessageEndingWith("has no value; leave the parameter out, or give it \"\"");
    }

    @Test
    void a_query_is_read_as_browsers_write_it() {
        assertThat(Parameters.parse("")).isEqualTo(Parameters.none());
        assertThat(Parameters.parse("&&")).isEqualTo(Parameters.none());
        assertThat(Parameters.parse("a=1&b=2&a=3").asMap())
                .isEqualTo(Map.of("a", List.of("1", "3"), "b", List.of("2")));
        assertThat(Parameters.parse("a").get("a")).containsExactly("");
        assertThat(Parameters.parse("a=").get("a")).containsExactly("");
        assertThat(Parameters.parse("a=b=c").get("a")).containsExactly("b=c");
        assertThat(Parameters.parse("a=x+y%20z%2B").get("a")).containsExactly("x y z+");
        assertThat(Parameters.parse("%61=%C3%A9%F0%9F%98%80").get("a")).containsExactly("\u00e9\ud83d\ude00");
        assertThat(Parameters.parse("a=\u00e9").get("a")).containsExactly("\u00e9");
        assertThat(Parameters.parse("a=%00").get("a")).containsExactly("\u0000");
        assertThat(Parameters.parse("a=%2f%2F").get("a")).containsExactly("//");
    }

    @Test
    void a_query_is_kept_as_it_is_written() {
        for (String query : List.of(
                "wsdl",
                "wsdl=",
                "wsdl&x=1&wsdl",
                "a=1&b=2&a=3",
                "a=x+y%20z%2B%2b",
                "%61=%7E~",
                "a=%E9&%FF=1&a=%C3%A9%E9",
                "a=1,2;3:4/5?6@7!8$9'()*[]",
                "a=%25%2525",
                "a=b=c",
                "&a=1&&b=2&")) {
            Parameters parameters = Parameters.parse(query);

            assertThat(parameters.toQuery()).isEqualTo(query);
            assertThat(parameters).isEqualTo(Parameters.parse(query)).hasToString(query);
        }
        Generators.check(30_000, generate -> {
            String query = generate.query();
            assertThat(Parameters.parse(query).toQuery()).isEqualTo(query);
        });
    }

    @Test
    void what_no_query_may_have_is_encoded_and_nothing_else() {
        assertThat(Parameters.parse("q=a b|c\u00e9\"<>\\^`{}#\u0000&r=%7c+;").toQuery())
                .isEqualTo("q=a%20b%7Cc%C3%A9%22%3C%3E%5C%5E%60%7B%7D%23%00&r=%7c+;");
    }

    @Test
    void only_a_writing_of_its_own_is_kept_beside_names_and_values() {
        for (String usual : List.of("", "a=1", "a=1&a=2&b=%20%2B%C3%A9", "wsdl", "wsdl&wsdl=")) {
            assertThat(Parameters.parse(usual).written()).as(usual).isEmpty();
        }
        for (String other : List.of("a=1&b=2&a=3", "a=+", "a=%c3%a9", "a=,", "a=%E9", "a=1&")) {
            assertThat(Parameters.parse(other).written()).as(other).contains(other);
        }
        String long_ = "+".repeat(Parameters.MAX_BYTES - 4);
        assertThat(Parameters.parse("q=" + long_).written()).isPresent();
        assertThatThrownBy(() -> Parameters.parse("q=%2b" + long_))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("parameters: the query has 262145 characters as it is written; at most 262144 are allowed");
    }

    @Test
    void a_name_without_a_value_is_an_occurrence_of_its_own_kind() {
        Parameters parameters = Parameters.parse("x&x=&x=1");

        assertThat(parameters.occurrences())
                .isEqualTo(Map.of("x", List.of(Optional.empty(), Optional.of(""), Optional.of("1"))));
        assertThat(parameters.get("x")).containsExactly("", "", "1");
        assertThat(parameters.asMap()).isEqualTo(Map.of("x", List.of("", "", "1")));
        assertThat(Parameters.ofOccurrences(parameters.occurrences())).isEqualTo(parameters);
    }

    @Test
    void parameters_are_joined_and_taken_out_as_they_are_written() {
        Parameters parameters = Parameters.parse("a=+&_key=k&b&%5Fkey&a=%e9&&c=,");

        assertThat(parameters.without("_key")).hasToString("a=+&b&a=%e9&c=,");
        assertThat(parameters.without("nobody")).isSameAs(parameters);
        assertThat(Parameters.parse("a").without("a")).isEqualTo(Parameters.none());
        assertThat(Parameters.parse("a=+&b").and(Parameters.parse("a=2&c="))).hasToString("a=+&b&a=2&c=");
        assertThat(Parameters.none().and(parameters)).isSameAs(parameters);
        assertThat(parameters.and(Parameters.none())).isSameAs(parameters);
    }

    @Test
    void a_broken_percent_encoding_is_refused() {
        for (String broken : List.of("%", "%2", "%zz", "%-1", "%+1", "% 1", "x%", "%41%", "%C3%")) {
            assertThatThrownBy(() -> Parameters.parse("a=" + broken))
                    .as(broken)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("parameters: '" + broken + "' has a broken percent-encoding");
            assertThatThrownBy(() -> Parameters.parse(broken + "=a")).isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void octets_that_are_not_utf8_stay_encoded() {
        for (String octets : List.of("%FF", "%C3", "%E9t%C3%A9", "%ED%A0%BD", "%c0%ae")) {
            String shown = octets.replace("%C3%A9", "\u00e9");
            assertThat(Parameters.parse("a=" + octets).get("a")).containsExactly(shown);
            assertThat(Parameters.parse(octets).asMap()).containsOnlyKeys(shown);
        }
    }

    @Test
    void equality_is_that_of_the_values_whatever_the_order_of_names() {
        Generators.check(30_000, generate -> {
            Map<String, List<String>> map = generate.parameters();
            Parameters one = Parameters.of(map);
            Parameters shuffled = Parameters.of(generate.shuffled(map));
            Parameters another = Parameters.of(generate.parameters());

            assertThat(one.equals(one)).isTrue();
            assertThat(one.equals(shuffled)).isTrue();
            assertThat(shuffled.equals(one)).isTrue();
            assertThat(shuffled).hasSameHashCodeAs(one);
            assertThat(another.equals(one)).isEqualTo(one.equals(another));
            assertThat(another.equals(one)).isEqualTo(another.equals(shuffled));
            if (one.equals(another)) {
                assertThat(another).hasSameHashCodeAs(one);
            }
        });
    }

    @Test
    void equality_is_that_of_the_order_of_the_values_of_a_name() {
        Parameters twice = Parameters.of(Map.of("a", List.of("x", "x", "y")));

        assertThat(twice).isEqualTo(Parameters.parse("a=x&a=x&a=y"));
        assertThat(twice).isNotEqualTo(Parameters.of(Map.of("a", List.of("x", "y", "x"))));
        assertThat(twice).isNotEqualTo(Parameters.of(Map.of("a", List.of("x", "y", "y"))));
        assertThat(twice).isNotEqualTo(Parameters.of(Map.of("a", List.of("x", "y"))));
        assertThat(twice).isNotEqualTo(Parameters.of(Map.of("b", List.of("x", "x", "y"))));
        assertThat(twice).isNotEqualTo(Parameters.none()).isNotEqualTo("a=x&a=x&a=y");
        assertThat(twice.equals(null)).isFalse();
    }

    @Test
    void equality_is_that_of_the_writing() {
        Generators.check(30_000, generate -> {
            Parameters one = Parameters.parse(generate.query());
            Parameters another = Parameters.parse(generate.query());

            assertThat(another.equals(one)).isEqualTo(one.equals(another));
            assertThat(another.equals(one)).isEqualTo(one.pieces().equals(another.pieces()));
            if (one.equals(another)) {
                assertThat(another).hasSameHashCodeAs(one);
            }
        });
    }

    @Test
    void later_changes_to_what_it_was_made_of_do_not_reach_it() {
        List<String> values = new ArrayList<>(List.of("x"));
        Map<String, List<String>> map = new LinkedHashMap<>(Map.of("a", values));
        Parameters parameters = Parameters.of(map);
        values.add("y");
        map.put("b", values);

        assertThat(parameters.asMap()).isEqualTo(Map.of("a", List.of("x")));
        assertThatThrownBy(() -> parameters.asMap().put("c", values)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> parameters.get("a").add("z")).isInstanceOf(UnsupportedOperationException.class);
    }

    private static void assertSurvives(Map<String, List<String>> map) {
        Parameters parameters = Parameters.of(map);
        Parameters read = Parameters.parse(parameters.toQuery());

        // Entry by entry: the order of names and values counts here.
        assertThat(List.copyOf(read.asMap().entrySet()))
                .isEqualTo(List.copyOf(parameters.asMap().entrySet()));
    }

    private static void assertTooLarge(Map<String, List<String>> map, long bytes) {
        assertThatThrownBy(() -> Parameters.of(map))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("parameters: take " + bytes + " bytes; at most 262144 are allowed");
    }
}
