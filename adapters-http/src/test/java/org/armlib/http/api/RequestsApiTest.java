package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.armlib.http.api.Site.header;
import static org.armlib.http.api.Site.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.armlib.domain.Failure;
import org.armlib.domain.RequestKey;
import org.armlib.http.server.HttpServer;
import org.armlib.memory.MemCacheManager;
import org.armlib.memory.MemQueueManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RequestsApiTest {
    private final Site site = new Site(container());

    /** What the API is mounted in. */
    Site.Container container() {
        return HttpServer::new;
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void a_request_is_accepted_and_told_where_to_look() throws Exception {
        site.showWorker();
        HttpResponse<String> answer = site.post(
                "/requests",
                "{\"requestUri\": \"/report\", \"parameters\": {\"year\": [\"2024\"]}, \"sticky\": true,"
                        + " \"priority\": 3, \"estimatedTime\": \"PT40S\"}");

        assertThat(answer.statusCode()).isEqualTo(202);
        JsonNode status = json(answer);
        String key = status.get("key").stringValue();
        assertThat(header(answer, "Location")).isEqualTo("/requests/" + key);
        assertThat(Long.parseLong(header(answer, "Retry-After"))).isBetween(30L, 40L);
        assertThat(header(answer, "Cache-Status")).isEqualTo("armlib; fwd=miss");
        assertThat(status.get("status").stringValue()).isEqualTo("Pending");
        assertThat(status.get("requestUri").stringValue()).isEqualTo("/report");
        assertThat(status.get("parameters").get("year").get(0).stringValue()).isEqualTo("2024");
        assertThat(status.get("sticky").booleanValue()).isTrue();
        assertThat(status.get("position").longValue()).isEqualTo(1);
        assertThat(status.get("attempts").intValue()).isZero();
        assertThat(status.get("epoch").longValue()).isZero();
        assertThat(Instant.parse(status.get("eta").get("p90").stringValue()))
                .isAfterOrEqualTo(Instant.parse(status.get("eta").get("p50").stringValue()));
    }

    @Test
    void a_second_caller_joins_and_a_third_is_answered_from_the_cache() throws Exception {
        String body = "{\"requestUri\": \"/report\", \"key\": \"k\"}";
        site.post("/requests", body);
        HttpResponse<String> joined = site.post("/requests", body);
        assertThat(joined.statusCode()).isEqualTo(202);
        assertThat(header(joined, "Cache-Status")).isEqualTo("armlib; fwd=miss; collapsed");

        site.runOne("csv", "a,b\n");

        HttpResponse<String> hit = site.post("/requests", body);
        assertThat(hit.statusCode()).isEqualTo(200);
        assertThat(header(hit, "Cache-Status")).isEqualTo("armlib; hit");
        JsonNode csv = json(hit).get("results").get("csv");
        assertThat(csv.get("url").stringValue()).isEqualTo("/results/k.csv");
        assertThat(csv.get("length").longValue()).isEqualTo(4);
        assertThat(csv.get("mediaType").stringValue()).isEqualTo("text/csv");
        assertThat(csv.get("digest").stringValue()).matches("sha256:[0-9a-f]{64}");
    }

    @Test
    void what_is_wrong_with_a_request_is_told_by_field() throws Exception {
        assertThat(refusal("{\"parameters\": {}}")).containsExactly("422", "invalid-request", "requestUri");
        assertThat(refusal("{\"requestUri\": \"\"}")).containsExactly("422", "invalid-request", "requestUri");
        assertThat(refusal("{\"requestUri\": 7}")).containsExactly("422", "invalid-request", "requestUri");
        assertThat(refusal("{\"requestUri\": \"/r\", \"parameters\": {\"a\": \"b\"}}"))
                .containsExactly("422", "invalid-request", "parameters.a");
        assertThat(refusal("{\"requestUri\": \"/r\", \"parameters\": {\"a\": [7]}}"))
                .containsExactly("422", "invalid-request", "parameters.a");
        assertThat(refusal("{\"requestUri\": \"/r\", \"parameters\": []}"))
                .containsExactly("422", "invalid-request", "parameters");
        assertThat(refusal("{\"requestUri\": \"/r\", \"key\": \"a/b\"}"))
                .containsExactly("422", "invalid-request", "key");
        assertThat(refusal("{\"requestUri\": \"/r\", \"sticky\": \"yes\"}"))
                .containsExactly("422", "invalid-request", "sticky");
        assertThat(refusal("{\"requestUri\": \"/r\", \"priority\": 1e99}"))
                .containsExactly("422", "invalid-request", "priority");
        assertThat(refusal("{\"requestUri\": \"/r\", \"estimatedTime\": \"soon\"}"))
                .containsExactly("422", "invalid-request", "estimatedTime");
        assertThat(refusal("{\"requestUri\": \"/r\", \"stiky\": true}"))
                .containsExactly("422", "invalid-request", "stiky");
        assertThat(site.queue.overview().counts().values()).containsOnly(0L);
    }

    @Test
    void what_is_no_request_at_all_is_refused() throws Exception {
        assertThat(refusal("{")).startsWith("400", "malformed");
        assertThat(refusal("")).startsWith("400", "malformed");
        assertThat(refusal("[]")).startsWith("400", "malformed");
        assertThat(refusal("{\"requestUri\": \"/a\", \"requestUri\": \"/b\"}")).startsWith("400", "malformed");
        assertThat(refusal("{\"requestUri\": \"/a\"} {}")).startsWith("400", "malformed");
        assertThat(refusal("[".repeat(100_000))).startsWith("400", "malformed");
        HttpResponse<String> text = site.send(site.to("/requests")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(text.statusCode()).isEqualTo(415);
    }

    @Test
    void a_body_that_is_too_large_is_refused_with_and_without_its_length() throws Exception {
        String large = "{\"requestUri\": \"/" + "x".repeat(ApiSettings.DEFAULT.maxBody()) + "\"}";
        assertThat(refusal(large)).startsWith("413", "too-large");

        String chunked = site.rawLines(
                "POST /requests HTTP/1.1",
                "Host: h",
                "Content-Type: application/json",
                "Transfer-Encoding: chunked",
                "Connection: close",
                "",
                Integer.toHexString(ApiSettings.DEFAULT.maxBody() + 1),
                "x".repeat(ApiSettings.DEFAULT.maxBody() + 1),
                "0");
        assertThat(chunked).startsWith("HTTP/1.1 413").contains("urn:armlib:problem:too-large");
    }

    @Test
    void one_key_stands_for_one_request() throws Exception {
        site.post("/requests", "{\"requestUri\": \"/a\", \"key\": \"k\"}");
        assertThat(refusal("{\"requestUri\": \"/b\", \"key\": \"k\"}")).startsWith("409", "key-conflict");
    }

    /** Paths of requests that there cannot be. */
    List<String> pathsOfNobody() {
        return List.of("/requests/nobody", "/requests/a%2fb", "/requests/%00", "/requests/" + "k".repeat(201));
    }

    @Test
    void the_status_of_what_nobody_knows_is_not_found() throws Exception {
        for (String path : pathsOfNobody()) {
            HttpResponse<String> answer = site.get(path);
            assertThat(answer.statusCode()).as(path).isIn(404, 400);
            assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        }
        assertThat(json(site.get("/requests/nobody")).get("type").stringValue())
                .isEqualTo("urn:armlib:problem:unknown-request");
    }

    @Test
    void every_character_of_a_key_works_in_a_path() throws Exception {
        String key = "-._~!$&'()*+,;=:@aZ9".replaceFirst("-", "k-");
        assertThat(site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"" + key + "\"}")
                        .statusCode())
                .isEqualTo(202);

        assertThat(site.get("/requests/" + key).statusCode()).isEqualTo(200);
        assertThat(site.get("/requests/" + key.replace("!", "%21").replace("@", "%40"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_status_has_a_tag_that_changes_with_it() throws Exception {
        site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}");
        String tag = header(site.get("/requests/k"), "ETag");
        HttpResponse<String> same = site.get("/requests/k", "If-None-Match", "\"other\", " + tag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(header(same, "ETag")).isEqualTo(tag);

        site.lease();

        assertThat(site.get("/requests/k", "If-None-Match", tag).statusCode()).isEqualTo(200);
        JsonNode running = json(site.get("/requests/k"));
        assertThat(running.get("status").stringValue()).isEqualTo("InProgress");
        assertThat(running.get("position").longValue()).isZero();
        assertThat(running.get("attempts").intValue()).isEqualTo(1);
        assertThat(running.get("progress").get("fraction").doubleValue()).isZero();
    }

    @Test
    void a_failed_request_is_told_as_a_status_with_the_error_inside() throws Exception {
        site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}");
        site.queue.fail(site.lease().lease(), Failure.permanent("no such <year>"));

        HttpResponse<String> answer = site.get("/requests/k");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("status").stringValue()).isEqualTo("Failed");
        assertThat(json(answer).get("error").get("detail").stringValue()).isEqualTo("no such <year>");
        assertThat(json(answer).get("error").get("type").stringValue()).isEqualTo("urn:armlib:problem:request-failed");
    }

    @Test
    void cancelling_is_repeatable_and_resubmitting_runs_again() throws Exception {
        site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}");
        assertThat(json(site.call("DELETE", "/requests/k")).get("status").stringValue())
                .isEqualTo("Cancelled");
        HttpResponse<String> again = site.call("DELETE", "/requests/k");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).get("status").stringValue()).isEqualTo("Cancelled");
        assertThat(site.call("DELETE", "/requests/nobody").statusCode()).isEqualTo(404);

        HttpResponse<String> resubmitted = site.call("POST", "/requests/k/resubmit");
        assertThat(resubmitted.statusCode()).isEqualTo(202);
        assertThat(header(resubmitted, "Location")).isEqualTo("/requests/k");
        site.runOne("csv", "1");
        assertThat(site.call("POST", "/requests/k/resubmit").statusCode()).isEqualTo(202);
        assertThat(site.get("/results/k").statusCode()).isEqualTo(404);
        site.runOne("csv", "2");
        assertThat(site.get("/results/k").body()).isEqualTo("2");
        assertThat(site.call("POST", "/requests/nobody/resubmit").statusCode()).isEqualTo(404);
    }

    @Test
    void the_queue_is_listed_in_pages_with_positions() throws Exception {
        for (int i = 0; i < 5; i++) {
            site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k" + i + "\"}");
        }
        List<String> seen = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = json(site.get("/requests?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor)));
            page.get("items").forEach(item -> {
                seen.add(item.get("key").stringValue());
                positions.add(item.get("position").longValue());
            });
            cursor = page.has("next") ? page.get("next").stringValue() : "";
        } while (!cursor.isEmpty());
        assertThat(seen).containsExactly("k0", "k1", "k2", "k3", "k4");
        assertThat(positions).containsExactly(1L, 2L, 3L, 4L, 5L);

        assertThat(json(site.get("/requests?status=InProgress")).get("items").size())
                .isZero();
        for (String wrong :
                List.of("status=pending", "limit=0", "limit=501", "limit=x", "cursor=%22%3C", "limit=1&limit=2")) {
            assertThat(site.get("/requests?" + wrong).statusCode()).as(wrong).isEqualTo(422);
        }
    }

    @Test
    void the_interactive_form_of_a_query_has_a_batch_mode() throws Exception {
        HttpResponse<String> answer = site.get("/batch/v1/caf%C3%A9/report?year=2024&name=a+b%26c&_sticky&_key=mine");
        assertThat(answer.statusCode()).isEqualTo(202);
        JsonNode status = json(answer);
        assertThat(status.get("requestUri").stringValue()).isEqualTo("/v1/caf%C3%A9/report");
        assertThat(status.get("key").stringValue()).isEqualTo("mine");
        assertThat(status.get("sticky").booleanValue()).isTrue();
        assertThat(status.get("parameters").toString()).isEqualTo("{\"year\":[\"2024\"],\"name\":[\"a b&c\"]}");

        HttpResponse<String> form = site.send(site.to("/batch/form?a=1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Prefer", "respond-async")
                .POST(HttpRequest.BodyPublishers.ofString("a=2&b=3")));
        assertThat(form.statusCode()).isEqualTo(202);
        assertThat(header(form, "Preference-Applied")).isEqualTo("respond-async");
        assertThat(json(form).get("parameters").toString()).isEqualTo("{\"a\":[\"1\",\"2\"],\"b\":[\"3\"]}");

        assertThat(site.get("/batch/x?_sticky=maybe").statusCode()).isEqualTo(422);
        assertThat(site.get("/batch/x?_key=a&_key=b").statusCode()).isEqualTo(422);
        assertThat(site.rawLines("GET /batch/x?a=%f HTTP/1.1", "Host: h")).startsWith("HTTP/1.1 4");
        assertThat(site.head("/batch/x").statusCode()).isEqualTo(405);
    }

    @Test
    void a_full_queue_refuses_what_is_new_and_says_when_to_come_back() throws Exception {
        ApiSettings two = ApiSettings.builder()
                .maxBody(1000)
                .maxQueue(2)
                .maxWait(Duration.ofSeconds(5))
                .maxWaiters(10)
                .pollInterval(Duration.ofMillis(100))
                .retention(Duration.ofDays(1))
                .build();
        try (Site full = new Site(container(), Site.settings(two))) {
            full.post("/requests", "{\"requestUri\": \"/1\"}");
            full.post("/requests", "{\"requestUri\": \"/2\"}");
            HttpResponse<String> refused = full.post("/requests", "{\"requestUri\": \"/3\"}");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(header(refused, "Retry-After")).isEqualTo("30");
            assertThat(json(refused).get("type").stringValue()).isEqualTo("urn:armlib:problem:queue-full");
            assertThat(full.post("/requests", "{\"requestUri\": \"/2\"}").statusCode())
                    .isEqualTo(202);
            assertThat(full.requests.status(new RequestKey("x")).request()).isEmpty();

            String waiting = json(full.get("/requests?limit=1"))
                    .get("items")
                    .get(0)
                    .get("key")
                    .stringValue();
            assertThat(full.call("POST", "/requests/" + waiting + "/resubmit").statusCode())
                    .isEqualTo(202);
            full.runOne("csv", "1");
            await().until(() ->
                    full.post("/requests", "{\"requestUri\": \"/3\"}").statusCode() == 202);
        }
    }

    @Test
    void parameters_that_are_too_large_are_refused_however_they_are_sent() throws Exception {
        ApiSettings small = ApiSettings.builder().maxParameters(100).build();
        try (Site site = new Site(container(), Site.settings(small))) {
            String value = "x".repeat(100);
            assertThat(site.get("/batch/report?a=" + value).statusCode()).isEqualTo(413);
            HttpResponse<String> refused =
                    site.post("/requests", "{\"requestUri\": \"/r\", \"parameters\": {\"a\": [\"" + value + "\"]}}");
            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(json(refused).get("detail").stringValue())
                    .contains("102 bytes")
                    .contains("100");
            assertThat(site.get("/batch/report?a=" + value.substring(10)).statusCode())
                    .isEqualTo(202);
        }
    }

    @Test
    void a_queue_without_room_refuses_what_is_new() throws Exception {
        var queue = new MemQueueManager(Site.POLICY, Duration.ofDays(1), 5_000, Clock.systemUTC());
        try (Site full = new Site(
                container(), queue, new MemCacheManager(Clock.systemUTC()), Site.settings(ApiSettings.DEFAULT))) {
            String large = "{\"requestUri\": \"/1\", \"parameters\": {\"a\": [\"" + "x".repeat(900) + "\"]}}";
            assertThat(full.post("/requests", large).statusCode()).isEqualTo(202);

            HttpResponse<String> refused = full.post("/requests", large.replace("/1", "/2"));
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(json(refused).get("type").stringValue()).isEqualTo("urn:armlib:problem:queue-full");
            full.runOne("csv", "1");
            assertThat(full.post("/requests", large.replace("/1", "/2")).statusCode())
                    .isEqualTo(202);
        }
    }

    @Test
    void what_has_run_since_does_not_fill_the_queue() throws Exception {
        ApiSettings usual = ApiSettings.DEFAULT;
        ApiSettings two = usual.toBuilder().maxQueue(2).build();
        try (Site quick = new Site(container(), Site.settings(two))) {
            for (int i = 0; i < 20; i++) {
                String request = "{\"requestUri\": \"/" + i + "\"}";
                await().until(() -> quick.post("/requests", request).statusCode() == 202);
                quick.runOne("csv", "x");
            }
        }
    }

    @Test
    void submitting_may_need_a_token() throws Exception {
        var settings = Site.settings(ApiSettings.DEFAULT.withSubmitToken("a-submit-token-of-tests"));
        try (Site guarded = new Site(container(), settings)) {
            HttpResponse<String> refused = guarded.post("/requests", "{\"requestUri\": \"/1\", \"key\": \"k\"}");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(header(refused, "WWW-Authenticate")).startsWith("Bearer");
            assertThat(guarded.get("/batch/x").statusCode()).isEqualTo(401);
            assertThat(guarded.call("DELETE", "/requests/k").statusCode()).isEqualTo(401);
            assertThat(guarded.post(
                                    "/requests",
                                    "{\"requestUri\": \"/1\", \"key\": \"k\"}",
                                    "Authorization",
                                    "bearer a-submit-token-of-tests")
                            .statusCode())
                    .isEqualTo(202);
            assertThat(guarded.get("/requests/k").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void pages_of_other_sites_change_nothing() throws Exception {
        // The JDK's client does not let a program name this header's value as a browser would; a socket does.
        String answer = site.rawLines(
                "POST /requests/k/resubmit HTTP/1.1", "Host: h", "Sec-Fetch-Site: cross-site", "Content-Length: 0");
        assertThat(answer).startsWith("HTTP/1.1 403").contains("urn:armlib:problem:cross-site");
        for (String browser : List.of(
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: anything",
                "Referer: http://evil.example/h",
                "Referer: http://h:81/",
                "Referer: http://h.evil.example")) {
            assertThat(site.rawLines("GET /batch/x HTTP/1.1", "Host: h", browser))
                    .as(browser)
                    .startsWith("HTTP/1.1 403");
        }
        assertThat(site.rawLines("GET /batch/x HTTP/1.1", "Host: h", "Referer: http://h/page"))
                .startsWith("HTTP/1.1 202");
        assertThat(site.rawLines("GET /batch/x HTTP/1.1", "Host: h", "Sec-Fetch-Site: none"))
                .startsWith("HTTP/1.1 202");
        // What browsers tell hosts that they reach by plain HTTP.
        for (String origin : List.of("http://evil.example", "null", "http://h:81", "https://h.evil.example")) {
            assertThat(site.rawLines("GET /batch/x HTTP/1.1", "Host: h", "Origin: " + origin))
                    .as(origin)
                    .startsWith("HTTP/1.1 403");
        }
        assertThat(site.rawLines("GET /batch/x HTTP/1.1", "Host: h:81", "Origin: http://H:81"))
                .startsWith("HTTP/1.1 202");
        assertThat(site.rawLines(
                        "GET /batch/x HTTP/1.1", "Host: behind", "Origin: https://h", "Sec-Fetch-Site: same-origin"))
                .startsWith("HTTP/1.1 202");
    }

    @Test
    void only_the_hosts_that_are_named_are_answered_for() throws Exception {
        ApiSettings named =
                ApiSettings.builder().hosts(List.of("Reports.example", "::1")).build();
        try (Site site = new Site(container(), Site.settings(named))) {
            for (String host : List.of("reports.example", "REPORTS.example:8080", "[::1]", "[::1]:80")) {
                assertThat(site.rawLines("GET /health/live HTTP/1.1", "Host: " + host))
                        .as(host)
                        .startsWith("HTTP/1.1 200");
            }
            for (String host : List.of("evil.example", "127.0.0.1", "reports.example.evil", "localhost:80")) {
                assertThat(site.rawLines("GET /health/live HTTP/1.1", "Host: " + host))
                        .as(host)
                        .startsWith("HTTP/1.1 421")
                        .contains("urn:armlib:problem:misdirected");
            }
        }
    }

    @Test
    void submitting_by_a_link_may_be_switched_off() throws Exception {
        try (Site site = new Site(
                container(),
                Site.settings(ApiSettings.builder().batchByGet(false).build()))) {
            assertThat(site.get("/batch/x").statusCode()).isEqualTo(405);
            assertThat(site.call("POST", "/batch/x").statusCode()).isEqualTo(202);
        }
    }

    @Test
    void a_body_in_another_charset_is_refused() throws Exception {
        for (String charset : List.of("nope", "iso-8859-1", "\"UTF-16\"", "")) {
            for (String type : List.of("application/json", "application/x-www-form-urlencoded")) {
                HttpRequest.Builder request = site.to(type.endsWith("json") ? "/requests" : "/batch/x")
                        .header("Content-Type", type + "; charset=" + charset)
                        .POST(HttpRequest.BodyPublishers.ofString(
                                type.endsWith("json") ? "{\"requestUri\": \"/r\"}" : "a=1"));
                assertThat(site.send(request).statusCode())
                        .as(type + " " + charset)
                        .isEqualTo(415);
            }
        }
        HttpRequest.Builder utf8 = site.to("/requests")
                .header("Content-Type", "application/json; charset=\"UTF-8\"")
                .POST(HttpRequest.BodyPublishers.ofString("{\"requestUri\": \"/r\"}"));
        assertThat(site.send(utf8).statusCode()).isEqualTo(202);
    }

    @Test
    void a_body_that_is_not_utf_8_is_refused() throws Exception {
        HttpRequest.Builder latin = site.to("/requests")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        "{\"requestUri\": \"/r\", \"parameters\": {\"a\": [\"\u00ff\"]}}".getBytes(ISO_8859_1)));
        HttpResponse<String> answer = site.send(latin);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("detail").stringValue()).contains("UTF-8");
        assertThat(site.post("/requests", "\ufeff{\"requestUri\": \"/r\"}").statusCode())
                .isEqualTo(202);
    }

    private List<String> refusal(String body) throws Exception {
        HttpResponse<String> answer = site.post("/requests", body);
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.get("status").intValue()).isEqualTo(answer.statusCode());
        assertThat(problem.get("title").stringValue()).isNotBlank();
        List<String> told = new ArrayList<>(List.of(
                String.valueOf(answer.statusCode()),
                problem.get("type").stringValue().replace("urn:armlib:problem:", "")));
        if (problem.has("field")) {
            told.add(problem.get("field").stringValue());
        }
        return told;
    }
}
