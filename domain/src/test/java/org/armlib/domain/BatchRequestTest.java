package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchRequestTest {

    @Test
    void unless_told_otherwise_a_request_is_temporary_of_unknown_duration_and_priority_0_and_not_traced() {
        BatchRequest request = BatchRequest.of("/report").build();

        assertThat(request.cachePolicy()).isEqualTo(CachePolicy.TEMPORARY);
        assertThat(request.sticky()).isFalse();
        assertThat(request.estimatedTime()).isZero();
        assertThat(request.priority()).isZero();
        assertThat(request.trace()).isEmpty();
        assertThat(request.parameters()).isEqualTo(Parameters.none());
        assertThat(request.key()).isEqualTo(RequestKey.derive("/report", Parameters.none()));
    }

    @Test
    void I05_the_written_form_is_read_back_as_the_same_request() {
        Generators.check(30_000, generate -> {
            BatchRequest request = BatchRequest.of(generate.uri())
                    .parameters(Parameters.of(generate.parameters()))
                    .build();
            BatchRequest read = BatchRequest.parse(request.toString()).build();

            assertThat(read).isEqualTo(request);
            assertThat(read.toString()).isEqualTo(request.toString());
        });
    }

    @Test
    void I05_what_a_caller_wrote_is_read_back_as_it_was_written() {
        for (String written : List.of(
                "/r?wsdl",
                "/r?wsdl=",
                "/a%2Fb/%2f//c;v=1/%25/%E9/%7e~",
                "/r?a=1&b=2&a=3&b",
                "/r?q=a+b%20c&r=%e9%E9,;%7C[]:@")) {
            assertThat(BatchRequest.parse(written).build()).hasToString(written);
        }
        Generators.check(30_000, generate -> {
            BatchRequest request = BatchRequest.parse("/r?" + generate.query()).build();
            BatchRequest read = BatchRequest.parse(request.toString()).build();

            assertThat(read).isEqualTo(request).hasToString(request.toString());
        });
    }

    @Test
    void the_query_begins_at_the_first_question_mark() {
        BatchRequest request = BatchRequest.parse("/report?q=a?b#c&year=2024").build();

        assertThat(request.requestUri()).isEqualTo("/report");
        assertThat(request.parameters().asMap()).isEqualTo(Map.of("q", List.of("a?b#c"), "year", List.of("2024")));
        assertThat(BatchRequest.parse("/report?").build().toString()).isEqualTo("/report");
    }

    @Test
    void a_uri_is_a_path_without_spaces_and_controls() {
        for (char c = 0; c < 0x250; c++) {
            char tried = c;
            boolean refused = c <= ' ' || c == '?' || c == '#' || (c >= 0x7f && c <= 0x9f);
            if (refused) {
                String shown = c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format("\\u%04x", (int) c);
                assertRefused("/r" + tried, "requestUri: character 3 is '" + shown + "'; a path has no spaces");
            } else {
                assertThat(BatchRequest.of("/r" + c).build().requestUri()).isEqualTo("/r" + c);
            }
        }
        assertRefused("", "requestUri: is empty");
        assertRefused("/\ud83d", "requestUri: has half a surrogate pair at character 2");
        assertRefused("/\u2028", "requestUri: character 2 is '\\u2028'");
        assertThat(BatchRequest.of("/" + "x".repeat(8191)).build().requestUri()).hasSize(8192);
        assertRefused("/" + "x".repeat(8192), "requestUri: has 8193 characters; at most 8192 are allowed");
    }

    @Test
    void an_estimate_is_from_nothing_to_a_week() {
        for (Duration allowed : List.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofDays(7))) {
            assertThat(BatchRequest.of("/r").estimatedTime(allowed).build().estimatedTime())
                    .isEqualTo(allowed);
        }
        for (Duration refused : List.of(Duration.ofNanos(-1), Duration.ofDays(7).plusNanos(1))) {
            assertThatThrownBy(
                            () -> BatchRequest.of("/r").estimatedTime(refused).build())
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("estimatedTime: is " + refused + "; from PT0S to PT168H is allowed");
        }
    }

    @Test
    void another_policy_or_trace_changes_nothing_else() {
        BatchRequest.Builder wishes = BatchRequest.parse("/r?a=1").priority(3).estimatedTime(Duration.ofSeconds(5));
        TraceContext trace = TraceContext.parse("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01", "c=d")
                .orElseThrow();
        BatchRequest untraced = wishes.build();
        BatchRequest request = untraced.withTrace(trace);
        BatchRequest sticky = request.withCachePolicy(CachePolicy.STICKY);

        assertThat(request).isNotEqualTo(untraced).isEqualTo(wishes.trace(trace).build());
        assertThat(sticky).isEqualTo(wishes.sticky().build());
        assertThat(sticky.withCachePolicy(CachePolicy.TEMPORARY)).isEqualTo(request);
        assertThat(request.withCachePolicy(CachePolicy.TEMPORARY)).isSameAs(request);
    }

    @Test
    void different_requests_are_not_the_same_even_under_one_key() {
        RequestKey key = new RequestKey("k");
        BatchRequest one = BatchRequest.parse("/r?a=1").key(key).build();

        assertThat(one.sameRequest(BatchRequest.parse("/r?a=2").key(key).build()))
                .isFalse();
        assertThat(one.sameRequest(BatchRequest.parse("/s?a=1").key(key).build()))
                .isFalse();
        assertThat(one.sameRequest(BatchRequest.parse("/r").key(key).build())).isFalse();
    }

    private static void assertRefused(String uri, String messageStart) {
        assertThatThrownBy(() -> BatchRequest.of(uri).build())
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.field()).isEqualTo("requestUri"))
                .hasMessageStartingWith(messageStart)
                .message()
                .matches("[ -~]+");
    }
}
