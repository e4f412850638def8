package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.armlib.domain.Redaction;
import org.junit.jupiter.api.Test;

/** What the gateway sends and must not show, in the words of an upstream that repeats it. */
class SecretsTest {
    private static final String TOKEN = "tok/en+0123456789==";

    @Test
    void the_value_of_a_header_is_masked_in_the_upstreams_message() {
        Map.of(
                        "you sent " + TOKEN,
                        "you sent ******",
                        "you sent 'Bearer " + TOKEN + "'.",
                        "you sent '******'.",
                        "you sent " + TOKEN.toUpperCase(Locale.ROOT),
                        "you sent ******",
                        "no such rows",
                        "no such rows",
                        "a Bearer token is needed",
                        "a Bearer token is needed")
                .forEach((body, shown) -> assertThat(
                                message("text/plain", body, "Authorization", "Bearer " + TOKEN, "/"))
                        .isEqualTo("the upstream answered 403: " + shown));
    }

    @Test
    void a_message_that_repeats_a_secret_in_another_encoding_is_withheld() {
        for (String body : List.of(
                "you sent tok%2Fen%2B0123456789%3d%3d",
                "100 % of tok%2fen+0123456789==", "<p>tok&#x2F;en+0123456789&#61;=</p>")) {
            assertThat(message("text/html", body, "X-Key", TOKEN, "/"))
                    .as(body)
                    .startsWith("the upstream answered 403")
                    .doesNotContainIgnoringCase("0123456789");
        }
        assertThat(message("application/json", "{\"sent\": \"tok\\/en+0123456789==\"}", "X-Key", TOKEN, "/"))
                .isEqualTo("the upstream answered 403: {\"sent\": \"******\"}");
        assertThat(message("application/json", "{\"detail\": \"no \\u0074ok\\/en+0123456789==\"}", "X-Key", TOKEN, "/"))
                .isEqualTo("the upstream answered 403: no ******");
    }

    @Test
    void a_message_that_repeats_a_short_secret_is_withheld_instead_of_garbled() {
        assertThat(message("text/plain", "wrong key: to", "X-Key", "to", "/")).doesNotContain("wrong key");
        assertThat(message("text/plain", "tomatoes are sold out", "X-Key", "to", "/"))
                .endsWith(": tomatoes are sold out");
        assertThat(message("text/plain", "all is lost", "X-Key", "", "/")).endsWith(": all is lost");
    }

    @Test
    void user_and_password_are_known_in_plain_text_as_well() {
        String basic = Base64.getEncoder().encodeToString("jane:opensesame".getBytes(StandardCharsets.UTF_8));
        assertThat(message("text/plain", "jane may not use opensesame", "Authorization", "Basic " + basic, "/"))
                .endsWith(": jane may not use ******");
        assertThat(message("text/plain", "not " + basic, "Authorization", "Basic " + basic, "/"))
                .endsWith(": not ******");
    }

    @Test
    void secret_parameters_of_the_caller_are_masked_by_their_names() {
        assertThat(message(
                        "text/plain",
                        "bad ?api_key=s3cr%24t01 for point Paris",
                        "X-A",
                        "unseen",
                        "/r?api_key=s3cr%24t01&point=Paris"))
                .doesNotContain("s3cr");
        assertThat(message(
                        "text/plain",
                        "bad s3cr$t01 for point Paris",
                        "X-A",
                        "unseen",
                        "/r?Access-Token=s3cr$t01&point=Paris"))
                .endsWith(": bad ****** for point Paris");
    }

    @Test
    void names_of_secret_parameters_can_be_chosen() {
        try (TestApi api = TestApi.answering(403, "text/plain", "bad licence 0123456789 and 9876543210")) {
            GatewayProcessor gateway = new GatewayProcessor(GatewaySettings.of(api.uri())
                    .redaction(Redaction.of(List.of("licence")))
                    .build());
            assertThat(catchThrowable(() -> gateway.process(MemoryJob.of("/?licence=0123456789&token=9876543210"))))
                    .hasMessageEndingWith(": bad licence ****** and 9876543210");
        }
    }

    @Test
    void a_refused_redirect_shows_no_query_no_user_and_no_header() {
        for (String location : List.of(
                "https://u:pass0word@bucket.example/rows.csv?X-Amz-Signature=0a1b2c3d&X-Amz-Credential=me",
                "https://pass0word@bucket.example/rows.csv#0a1b2c3d",
                "//pass0word@bucket.example/rows.csv?0a1b2c3d")) {
            try (TestApi api = TestApi.handling(exchange -> TestApi.redirect(exchange, 302, location))) {
                assertThat(catchThrowable(() -> new GatewayProcessor(
                                        GatewaySettings.of(api.uri()).build())
                                .process(MemoryJob.of("/"))))
                        .hasMessageContaining("//bucket.example/rows.csv'")
                        .hasMessageNotContainingAny("pass0word", "0a1b2c3d");
            }
        }
    }

    @Test
    void a_broken_status_line_and_an_unknown_encoding_are_masked_too() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 " + TOKEN + "\r\n\r\n")) {
            assertThat(failure(server.uri())).hasMessageNotContaining("0123456789");
        }
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Encoding: " + TOKEN
                + "\r\nContent-Type: text/csv; x=" + TOKEN + "\r\n\r\na")) {
            assertThat(failure(server.uri()))
                    .hasMessageContaining("encoded as '******'")
                    .hasMessageNotContaining("0123456789");
        }
    }

    private static Throwable failure(URI upstream) {
        GatewaySettings settings =
                GatewaySettings.of(upstream).header("X-Key", TOKEN).build();
        return catchThrowable(() -> new GatewayProcessor(settings).process(MemoryJob.of("/")));
    }

    private static String message(String type, String body, String header, String value, String request) {
        try (TestApi api = TestApi.answering(403, type, body)) {
            GatewayProcessor gateway = new GatewayProcessor(
                    GatewaySettings.of(api.uri()).header(header, value).build());
            return String.valueOf(
                    catchThrowable(() -> gateway.process(MemoryJob.of(request))).getMessage());
        }
    }
}
