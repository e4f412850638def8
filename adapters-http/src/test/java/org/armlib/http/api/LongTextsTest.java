package org.armlib.http.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Long texts of one kind, wherever a caller may put a text: none is an error of the server's own, and none takes long. The
 * time is that of many calls, so that only what grows faster than the text reaches it.
 */
class LongTextsTest {
    private static final int LONG = 60_000;

    /** For some fifty calls. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final List<String> HEADERS = List.of(
            "Range",
            "If-Range",
            "If-None-Match",
            "If-Match",
            "Accept",
            "Accept-Encoding",
            "Prefer",
            "Authorization",
            "traceparent",
            "tracestate",
            "Content-Type",
            "Last-Event-ID",
            "Origin",
            "X-Forwarded-For");
    private static final List<String> PATHS = List.of(
            "/results/%s",
            "/requests/%s",
            "/batch/%s",
            "/console/%s",
            "/%s",
            "/requests?status=%s",
            "/requests?cursor=%s",
            "/requests?limit=%s",
            "/overview?window=%s",
            "/batch/x?a=%s",
            "/batch/x?%s",
            "/batch/x?_format=%s",
            "/batch/x?_key=%s",
            "/requests/a?wait=%s");

    private static Site site;

    @TestFactory
    Stream<DynamicTest> are_answered_like_short_ones() {
        return Stream.of(
                        " ", "a.", "-", ";", ",", "=", "\"", "%", "%25", "%2e", "a/", "://", "://a:", ";a", "&", "*",
                        "\\", "0")
                .map(piece -> DynamicTest.dynamicTest(
                        "'" + piece + "'", () -> assertTimeoutPreemptively(LIMIT, () -> check(piece))));
    }

    @BeforeAll
    static void start() throws Exception {
        site = new Site();
        site.complete("a", "csv", "0123456789");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static void check(String piece) throws IOException {
        String text = piece.repeat(LONG / piece.length());
        List<String> answers = new ArrayList<>();
        for (String header : HEADERS) {
            String line = header + ": " + text + "x";
            answers.add(line.substring(0, 20) + site.rawLines("GET /results/a.csv HTTP/1.1", "Host: h", line));
            answers.add(line.substring(0, 20) + site.rawLines("GET /batch/x?a=1 HTTP/1.1", "Host: h", line));
        }
        // As long as the rest when it is encoded: of a longer address the server would not read the end.
        String encoded = piece.replace(" ", "%20").replace("\"", "%22").replace("\\", "%5c");
        String inPath = encoded.repeat(LONG / encoded.length());
        for (String path : PATHS) {
            answers.add(path + site.rawLines("GET " + path.formatted(inPath) + " HTTP/1.1", "Host: h"));
        }
        for (String type : List.of("application/json", "application/x-www-form-urlencoded")) {
            String body = type.endsWith("json")
                    ? "{\"requestUri\": \"/" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}"
                    : text;
            answers.add(type
                    + site.raw("POST /" + (type.endsWith("json") ? "requests" : "batch/x") + " HTTP/1.1\r\nHost: h\r\n"
                            + "Connection: close\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length()
                            + "\r\n\r\n" + body));
        }

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer).contains("HTTP/1.1 ").doesNotContain("HTTP/1.1 5"));
    }
}
