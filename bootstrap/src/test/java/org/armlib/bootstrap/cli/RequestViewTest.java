package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestViewTest {
    private static final String STATUS = """
            {"key": "mine", "status": "Pending", "requestUri": "/report", "parameters": {}, "sticky": false,
             "submitted": "2026-12-01T10:00:00Z", "attempts": 0, "position": 123456, %s
             "eta": {"p50": "2026-12-01T12:00:00Z", "p90": "2026-12-01T15:00:00Z"}}
            """;

    @Test
    void a_position_that_is_an_estimate_is_marked_as_one() {
        RequestView estimated = view("\"positionEstimated\": true,");

        assertThat(estimated.lines()).contains(List.of("position", "~123456"));
        assertThat(estimated.brief()).startsWith("Pending, position ~123456");
        assertThat(estimated.json()).containsEntry("position", 123456L).containsEntry("positionEstimated", true);

        RequestView exact = view("");
        assertThat(exact.lines()).contains(List.of("position", "123456"));
        assertThat(exact.json()).containsEntry("position", 123456L).doesNotContainKey("positionEstimated");
    }

    @Test
    void an_expected_time_is_labelled_with_its_percentile() {
        assertThat(view("").lines())
                .contains(List.of("expected", "2026-12-01T12:00:00Z (p50), 2026-12-01T15:00:00Z (p90)"));
    }

    @Test
    void the_view_of_one_request_shows_the_whole_reason_for_which_it_is_held_or_has_failed() {
        String path = "/a-long-folder".repeat(40);
        RequestView view = view("""
                "held": {"by": "cache", "since": "2026-12-01T10:00:00Z", "until": "2026-12-01T10:00:01Z",
                         "reason": "cannot write '%1$s': Read-only file system"},
                "error": {"detail": "cannot read '%1$s':\\n  not\\u0007 found"},
                """.formatted(path));

        assertThat(view.lines())
                .anyMatch(line -> line.get(0).equals("held")
                        && line.get(1).endsWith(": cannot write '" + path + "': Read-only file system"))
                .contains(List.of("error", "cannot read '" + path + "': not? found"));
        assertThat(view.brief()).contains("cannot write").doesNotContain("Read-only");
    }

    private static RequestView view(String more) {
        return ServerForms.view(
                ServerJson.parse(STATUS.formatted(more)).orElseThrow(), URI.create("http://127.0.0.1/"));
    }
}
