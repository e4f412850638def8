package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedactionTest {
    private static final Redaction RULE = Redaction.DEFAULT;

    @Test
    void names_of_secrets_are_known_in_every_spelling() {
        assertThat(List.of(
                        "api_key",
                        "apikey",
                        "X-API-Key",
                        "key",
                        "token",
                        "access_token",
                        "refreshToken",
                        "password",
                        "user.password",
                        "client_secret",
                        "signature",
                        "Sig",
                        "X-Amz-Signature",
                        "X-Amz-Credential",
                        "X-Amz-Security-Token",
                        "AWSSecretAccessKey",
                        "Ocp-Apim-Subscription-Key"))
                .allMatch(RULE::isSecret);
        assertThat(List.of("keyword", "point", "tokens", "year", "design", "monkey", "passage"))
                .noneMatch(RULE::isSecret);
    }

    @Test
    void secret_values_of_parameters_are_masked_one_by_one_in_their_place() {
        Parameters parameters = Parameters.parse("b=1&api_key=s1&api_key=s2&a=2");

        assertThat(RULE.redact(parameters).toQuery()).isEqualTo("b=1&api_key=******&api_key=******&a=2");
        assertThat(RULE.secrets(parameters)).containsExactly("s1", "s2");
        assertThat(Redaction.of(List.of()).redact(parameters)).isSameAs(parameters);
        assertThat(Redaction.of(List.of("a")).redact(parameters).asMap())
                .isEqualTo(Map.of("b", List.of("1"), "api_key", List.of("s1", "s2"), "a", List.of("******")));
    }

    @Test
    void a_url_is_cut_before_its_query_and_loses_its_user() {
        Map.of(
                        "https://b.example/x/y.csv?X-Amz-Signature=abc#f", "https://b.example/x/y.csv",
                        "https://u:p@b.example/x@y", "https://b.example/x@y",
                        "//u@b.example", "//b.example",
                        "https://u:p@b.example", "https://b.example",
                        "/x/y?token=abc", "/x/y",
                        "y#token=abc", "y")
                .forEach((url, shown) -> assertThat(Redaction.withoutQuery(url)).isEqualTo(shown));
    }

    @Test
    void a_url_that_is_a_setting_loses_only_its_secrets() {
        Map.of(
                        "jdbc:mariadb://u:p/s@h/db", "jdbc:mariadb://u:******@h/db",
                        "https://ghp_t0ken@h/x", "https://******@h/x",
                        "http://h:8080/x@v1", "http://h:8080/x@v1",
                        "jdbc:postgresql://h/db?user=u&password=sec;ret",
                                "jdbc:postgresql://h/db?user=u&password=******",
                        "jdbc:h2:mem:x;PASSWORD=a\\;b;MODE=y", "jdbc:h2:mem:x;PASSWORD=******;MODE=y",
                        "jdbc:x://h/db?access_token=abc&ssl=true", "jdbc:x://h/db?access_token=******&ssl=true")
                .forEach((url, shown) -> assertThat(RULE.redactUrl(url)).isEqualTo(shown));
    }

    @Test
    void a_conflict_of_keys_shows_no_secret_of_the_other_request() {
        RequestKey key = new RequestKey("k");
        BatchRequest stored =
                BatchRequest.parse("/r?api_key=0123456789&a=1").key(key).build();
        BatchRequest offered = BatchRequest.parse("/r?a=2").key(key).build();

        assertThat(new KeyConflictException(stored, offered))
                .hasMessageContaining("/r?api_key=******&a=1")
                .hasMessageNotContaining("0123456789");
    }
}
