package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2015-10-21T07:27:00Z"), ZoneOffset.UTC);

    @Test
    void seconds_are_read_and_bounded() {
        assertThat(asked("7")).contains(Duration.ofSeconds(7));
        assertThat(asked(" 0 ")).contains(Duration.ZERO);
        assertThat(asked("1.2")).contains(Duration.ofSeconds(2));
        for (String huge : List.of("3601", "999999999", "9223372036854775808", "9".repeat(100))) {
            assertThat(asked(huge)).as(huge).contains(LONGEST);
        }
    }

    @Test
    void all_three_forms_of_a_date_are_read_by_the_upstreams_clock_or_else_by_our_own() {
        for (String date : List.of(
                "Wed, 21 Oct 2015 07:28:00 GMT",
                "Wednesday, 21-Oct-15 07:28:00 GMT",
                "Wed Oct 21 07:28:00 2015",
                "wed, 21 oct 2015 07:28:00 UTC",
                "Mon, 21 Oct 2015 07:28:00 +0000")) {
            assertThat(asked(date)).as(date).contains(Duration.ofSeconds(60));
            assertThat(asked(date, "Wed, 21 Oct 2015 07:27:15 GMT")).as(date).contains(Duration.ofSeconds(45));
            assertThat(asked(date, "Wednesday, 21-Oct-15 07:27:15 GMT"))
                    .as(date)
                    .contains(Duration.ofSeconds(45));
            assertThat(asked(date, "today")).as(date).contains(Duration.ofSeconds(60));
        }
        assertThat(asked("Sun Nov  1 00:00:00 2015", "Sat, 31 Oct 2015 23:59:00 GMT"))
                .contains(Duration.ofSeconds(60));
    }

    @Test
    void dates_are_bounded_too() {
        assertThat(asked("Wed, 21 Oct 2015 07:26:59 GMT")).contains(Duration.ZERO);
        assertThat(asked("Sun, 06 Nov 1994 08:49:37 GMT")).contains(Duration.ZERO);
        assertThat(asked("Sunday, 06-Nov-94 08:49:37 GMT")).contains(Duration.ZERO);
        assertThat(asked("Fri, 31 Dec 9999 23:59:59 GMT")).contains(LONGEST);
        assertThat(asked("Thursday, 01-Jan-60 00:00:00 GMT")).contains(LONGEST);
    }

    @Test
    void what_cannot_be_read_asks_for_nothing() {
        for (String garbage : List.of(
                "",
                "soon",
                "-5",
                "1e9",
                "NaN",
                "7 seconds",
                "9".repeat(101),
                "Wed, 31 Feb 2015 07:28:00 GMT",
                "21 Oct",
                "Wed, 21 Oct 2015 25:28:00 GMT")) {
            assertThat(asked(garbage)).as(garbage).isEmpty();
        }
        assertThat(asked(Map.of())).isEmpty();
    }

    private static Optional<Duration> asked(String retryAfter) {
        return asked(Map.of("Retry-After", List.of(retryAfter)));
    }

    private static Optional<Duration> asked(String retryAfter, String date) {
        return asked(Map.of("Retry-After", List.of(retryAfter), "Date", List.of(date)));
    }

    private static Optional<Duration> asked(Map<String, List<String>> headers) {
        return new RetryAfter(CLOCK, LONGEST).of(HttpHeaders.of(headers, (name, value) -> true));
    }
}
