package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RequestKeyTest {
    private static final String LEGAL =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@";

    @Test
    void I01_every_legal_character_is_accepted() {
        LEGAL.chars().mapToObj(Character::toString).forEach(c -> {
            assertThat(new RequestKey("k" + c).value()).isEqualTo("k" + c);
            if (!c.equals(".")) {
                assertThat(new RequestKey(c)).hasToString(c);
            }
        });
    }

    @Test
    void I01_every_other_character_is_refused_and_shown_escaped() {
        for (char c = 0; c < 0x250; c++) {
            if (LEGAL.indexOf(c) < 0) {
                String shown = c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format("\\u%04x", (int) c);
                assertRefused("ab" + c + "d", "key: character 3 is '" + shown + "'; allowed are A-Z a-z 0-9 and ");
            }
        }
    }

    @Test
    void I01_an_emoji_is_refused_and_shown_escaped() {
        assertRefused("report-\ud83d\ude00", "key: character 8 is '\\ud83d\\ude00'; allowed are ");
    }

    @Test
    void I01_half_an_emoji_is_refused_and_shown_escaped() {
        assertRefused("report-\ud83d", "key: character 8 is '\\ud83d'; allowed are ");
    }

    @Test
    void I01_a_refusal_has_nothing_unprintable_in_it() {
        Generators.check(10_000, generate -> {
            String text = generate.anyText(10) + "\u0007";
            assertThatThrownBy(() -> new RequestKey(text))
                    .isInstanceOf(InvalidRequestException.class)
                    .message()
                    .matches("[ -~]+");
        });
    }

    @Test
    void I01_length_is_1_to_200() {
        assertThat(new RequestKey("k".repeat(200)).value()).hasSize(200);
        assertRefused("", "key: is empty; a key has 1 to 200 characters");
        assertRefused("k".repeat(201), "key: has 201 characters; at most 200 are allowed");
    }

    @Test
    void I01_a_leading_dot_is_refused() {
        for (String key : List.of(".", "..", ".hidden", "../up")) {
            assertRefused(key, "key: starts with a dot: '" + key + "'");
        }
        assertThat(new RequestKey("a..b.").value()).isEqualTo("a..b.");
    }

    @Test
    void I01_separators_and_controls_are_refused() {
        assertRefused("a/b", "key: character 2 is '/'");
        assertRefused("a%2Fb", "key: character 2 is '%'");
        assertRefused("a\\b", "key: character 2 is '\\'");
        assertRefused("a?b", "key: character 2 is '?'");
        assertRefused("a#b", "key: character 2 is '#'");
        assertRefused("a b", "key: character 2 is ' '");
        assertRefused("a\nb", "key: character 2 is '\\u000a'");
        assertRefused("a\u0000", "key: character 2 is '\\u0000'");
    }

    @Test
    void keys_order_as_their_texts() {
        assertThat(new RequestKey("a")).isLessThan(new RequestKey("b")).isEqualByComparingTo(new RequestKey("a"));
    }

    private static void assertRefused(String key, String messageStart) {
        assertThatThrownBy(() -> new RequestKey(key))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.field()).isEqualTo("key"))
                .hasMessageStartingWith(messageStart);
    }
}
