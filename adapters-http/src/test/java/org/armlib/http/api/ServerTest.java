package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.armlib.http.api.Site.header;
import static org.armlib.http.api.Site.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.lang.Thread.State;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Phase;
import org.armlib.http.server.HttpServer;
import org.armlib.http.server.HttpServerException;
import org.armlib.http.server.HttpServerSettings;
import org.armlib.spi.InvalidSettingException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Administration, health, draining, and what hostile clients send. */
class ServerTest {
    private final Site site = new Site();

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void administration_needs_the_token() throws Exception {
        for (String path : List.of("/admin/status", "/admin/nothing")) {
            assertThat(site.get(path).statusCode()).isIn(401, 404);
        }
        assertThat(site.get("/admin/status").statusCode()).isEqualTo(401);
        assertThat(site.get("/admin/status", "Authorization", "Bearer wrong").statusCode())
                .isEqualTo(401);
        assertThat(site.get("/admin/status", "Authorization", "Basic " + Site.TOKEN)
                        .statusCode())
                .isEqualTo(401);
        assertThat(site.call("POST", "/admin/suspend").statusCode()).isEqualTo(401);
        assertThat(site.queue.overview().suspended()).isFalse();
    }

    @Test
    void without_a_token_there_is_no_administration() throws Exception {
        try (Site open = new Site(Site.settings(ApiSettings.DEFAULT))) {
            for (String path : List.of("/admin/status", "/admin/suspend", "/admin/nothing")) {
                HttpResponse<String> answer = open.get(path, "Authorization", "Bearer ");
                assertThat(answer.statusCode()).isEqualTo(404);
                assertThat(json(answer).get("type").stringValue()).isEqualTo("urn:armlib:problem:not-found");
            }
        }
    }

    @Test
    void leasing_is_suspended_and_resumed() throws Exception {
        site.post("/requests", "{\"requestUri\": \"/r\"}");
        site.lease();
        assertThat(json(site.admin("POST", "/admin/suspend")).get("leasing").stringValue())
                .isEqualTo("Suspending");
        site.requests.cancel(site.queue
                .list(Phase.IN_PROGRESS, Optional.empty(), 1)
                .items()
                .get(0)
                .key());
        assertThat(json(site.admin("GET", "/admin/status")).get("leasing").stringValue())
                .isEqualTo("Suspended");
        assertThat(json(site.admin("POST", "/admin/resume")).get("leasing").stringValue())
                .isEqualTo("Running");
        assertThat(json(site.admin("GET", "/admin/status"))
                        .get("counts")
                        .get("Cancelled")
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void the_cache_is_cleared_and_the_data_are_rebuilt() throws Exception {
        site.complete("a", "csv", "12345");
        assertThat(site.admin("POST", "/admin/clear-cache").body()).isEqualTo("{\"items\":1,\"bytes\":5,\"epoch\":0}");
        site.complete("b", "csv", "123");
        assertThat(site.admin("POST", "/admin/rebuilt").body()).isEqualTo("{\"items\":1,\"bytes\":3,\"epoch\":1}");
        assertThat(site.admin("POST", "/admin/prune?age=PT0S").statusCode()).isEqualTo(200);
        assertThat(site.admin("POST", "/admin/prune?age=-PT1S").statusCode()).isEqualTo(422);
        assertThat(site.admin("POST", "/admin/prune?age=week").statusCode()).isEqualTo(422);
    }

    @Test
    void the_areas_of_the_cache_are_counted_and_listed() throws Exception {
        assertThat(site.admin("GET", "/admin/cache").body())
                .isEqualTo("{\"epoch\":0,\"areas\":{"
                        + "\"persistent\":{\"results\":0,\"bytes\":0,\"complete\":true},"
                        + "\"temporary\":{\"results\":0,\"bytes\":0,\"complete\":true}}}");
        site.complete("a", "csv", "12345", "json", "{}");
        site.complete("b", "csv", "123");
        site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"s\", \"sticky\": true}");
        site.runOne("csv", "1");

        JsonNode areas = json(site.admin("GET", "/admin/cache")).get("areas");
        assertThat(areas.get("temporary").toString()).isEqualTo("{\"results\":2,\"bytes\":10,\"complete\":true}");
        assertThat(areas.get("persistent").toString()).isEqualTo("{\"results\":1,\"bytes\":1,\"complete\":true}");

        Set<String> listed = new TreeSet<>();
        JsonNode first = json(site.admin("GET", "/admin/cache?area=temporary&limit=1"));
        JsonNode second = json(site.admin(
                "GET",
                "/admin/cache?area=temporary&limit=1&cursor="
                        + first.get("next").stringValue()));
        for (JsonNode page : List.of(first, second)) {
            assertThat(page.get("items")).hasSize(1);
            JsonNode item = page.get("items").get(0);
            assertThat(item.get("area").stringValue()).isEqualTo("temporary");
            listed.add(item.get("key").stringValue());
        }
        assertThat(listed).containsExactly("a", "b");
        assertThat(second.has("next")).isFalse();
        assertThat(json(site.admin("GET", "/admin/cache?area=persistent"))
                        .at("/items/0/results/csv/url")
                        .stringValue())
                .isEqualTo("/results/s.csv");
    }

    @Test
    void more_results_than_are_counted_are_told_as_such() throws Exception {
        for (int i = 0; i < 10_001; i++) {
            site.requests.submit(BatchRequest.of("/r" + i).build());
            site.runOne("csv", "1");
        }
        JsonNode area = json(site.admin("GET", "/admin/cache")).at("/areas/temporary");
        assertThat(area.get("complete").booleanValue()).isFalse();
        assertThat(area.get("results").intValue()).isLessThanOrEqualTo(10_000);
    }

    @Test
    void requests_are_forgotten_that_ended_before_the_retention() throws Exception {
        ApiSettings brief = ApiSettings.DEFAULT.withAdminToken(Site.TOKEN);
        for (Duration retention : List.of(Duration.ofDays(1), Duration.ZERO)) {
            try (Site other = new Site(Site.settings(brief.withRetention(retention)))) {
                other.complete("k", "csv", "1");
                assertThat(json(other.admin("GET", "/admin/status"))
                                .get("retention")
                                .stringValue())
                        .isEqualTo(retention.toString());
                assertThat(other.admin("POST", "/admin/prune?age=P1D").body()).isEqualTo("{\"forgotten\":0}");
                await().until(() -> {
                    String told = other.admin("POST", "/admin/prune").body();
                    return told.equals("{\"forgotten\":" + (retention.isZero() ? 1 : 0) + "}");
                });
            }
        }
    }

    @Test
    void no_more_connections_are_taken_than_allowed() throws Exception {
        HttpServerSettings usual = Site.settings(ApiSettings.DEFAULT);
        HttpServerSettings two = new HttpServerSettings(
                usual.host(), 0, usual.threads(), usual.idleTimeout(), Duration.ZERO, Duration.ZERO, 2, usual.api());
        byte[] call = "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(UTF_8);
        try (Site small = new Site(two);
                Socket third = new Socket()) {
            List<Socket> open = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Socket socket = new Socket(small.address.getHost(), small.address.getPort());
                socket.getOutputStream().write(call);
                assertThat(socket.getInputStream().read()).isEqualTo('H');
                open.add(socket);
            }
            third.connect(new InetSocketAddress(small.address.getHost(), small.address.getPort()));
            third.setSoTimeout(300);
            third.getOutputStream().write(call);
            assertThatThrownBy(() -> third.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            for (Socket socket : open) {
                socket.close();
            }
            third.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Site.PATIENCE));
            assertThat(third.getInputStream().read()).isEqualTo('H');
        }
    }

    @Test
    void health_tells_whether_the_backends_answer() throws Exception {
        assertThat(site.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(site.get("/health/ready").statusCode()).isEqualTo(200);
        site.queue.close();
        await().until(() -> site.get("/health/ready").statusCode() == 503);
        assertThat(site.get("/health/live").statusCode()).isEqualTo(200);
        HttpResponse<String> failed = site.get("/requests/k");
        assertThat(failed.statusCode()).isIn(500, 503);
        assertThat(header(failed, "Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void what_is_asked_for_is_counted() throws Exception {
        String body = "{\"requestUri\": \"/r\", \"key\": \"k\", \"sticky\": true}";
        site.post("/requests", body);
        site.post("/requests", body);
        site.runOne("csv", "0123456789");
        site.post("/requests", body);
        site.post("/requests", "{\"requestUri\": \"/waits\"}");
        site.get("/results/k");
        site.get("/results/k", "Range", "bytes=0-4");
        site.get("/results/nobody");

        await().until(() ->
                site.get("/metrics").body().contains("armlib_requests{armlib_instance=\"1\",status=\"Pending\"} 1.0"));
        assertThat(site.get("/metrics").body())
                .contains(
                        "armlib_submissions_total{area=\"persistent\",armlib_instance=\"1\",how=\"queued\"} 1.0",
                        "armlib_submissions_total{area=\"temporary\",armlib_instance=\"1\",how=\"queued\"} 1.0",
                        "armlib_submissions_total{area=\"persistent\",armlib_instance=\"1\",how=\"joined\"} 1.0",
                        "armlib_submissions_total{area=\"persistent\",armlib_instance=\"1\",how=\"cached\"} 1.0",
                        "armlib_results_total{area=\"persistent\",armlib_instance=\"1\"} 2.0",
                        "armlib_results_sent_bytes_total{area=\"persistent\",armlib_instance=\"1\"} 15.0",
                        "armlib_results_total{area=\"temporary\",armlib_instance=\"1\"} 0.0",
                        "armlib_problems_total{armlib_instance=\"1\",type=\"unknown-request\"} 1.0",
                        "armlib_suspended{armlib_instance=\"1\"} 0.0",
                        "armlib_waiting_calls{armlib_instance=\"1\"} 0.0")
                .containsPattern("armlib_oldest_pending_seconds\\{armlib_instance=.1.\\} \\d");
    }

    @Test
    void a_server_that_drains_ends_waits_and_lets_calls_under_way_finish() throws Exception {
        try (Site draining = new Site(
                Site.settings(ApiSettings.DEFAULT, Duration.ofSeconds(30), Duration.ofSeconds(Site.PATIENCE)))) {
            draining.complete("k", "csv", "0123456789".repeat(1_000_000));
            draining.post("/requests", "{\"requestUri\": \"/w\", \"key\": \"w\"}");
            CompletableFuture<HttpResponse<String>> poll = draining.client.sendAsync(
                    draining.to("/requests/w?wait=50").build(), HttpResponse.BodyHandlers.ofString());
            CompletableFuture<HttpResponse<String>> batch = draining.client.sendAsync(
                    draining.to("/batch/b").header("Prefer", "wait=50").build(), HttpResponse.BodyHandlers.ofString());
            HttpResponse<InputStream> download =
                    draining.client.send(draining.to("/results/k").build(), HttpResponse.BodyHandlers.ofInputStream());
            await().until(() -> draining.queue.overview().count(Phase.PENDING) == 2);

            CompletableFuture<Void> closing = CompletableFuture.runAsync(draining.server::close);

            assertThat(poll.get(Site.PATIENCE, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(batch.get(Site.PATIENCE, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
            assertThat(closing).isNotDone();
            assertThat(download.body().readAllBytes()).hasSize(10_000_000);
            closing.get(Site.PATIENCE, TimeUnit.SECONDS);
            assertThatThrownBy(() -> draining.get("/health/live")).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void a_server_that_drains_is_not_ready_and_takes_no_requests_but_answers() throws Exception {
        HttpServerSettings settings = new HttpServerSettings(
                "127.0.0.1",
                0,
                Site.THREADS,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ZERO,
                ApiSettings.DEFAULT);
        try (Site draining = new Site(settings)) {
            draining.post("/requests", "{\"requestUri\": \"/w\", \"key\": \"w\"}");
            Thread closing = new Thread(draining.server::close);
            closing.start();
            await().until(() -> draining.get("/health/ready").statusCode() == 503);
            Thread second = new Thread(draining.server::close);
            second.start();
            await().until(() -> EnumSet.of(State.TIMED_WAITING, State.WAITING, State.TERMINATED)
                    .contains(second.getState()));
            assertThat(second.isAlive()).as("whether a second close waits").isTrue();

            HttpResponse<String> refused = draining.post("/requests", "{\"requestUri\": \"/x\"}");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(header(refused, "Retry-After")).isNotEmpty();
            assertThat(json(refused).get("type").stringValue()).isEqualTo("urn:armlib:problem:draining");
            assertThat(draining.get("/requests/w?wait=50").statusCode()).isEqualTo(200);
            assertThat(draining.get("/health/live").statusCode()).isEqualTo(200);
            closing.interrupt();
            closing.join(60_000);
            assertThat(closing.isAlive()).isFalse();
            second.join(60_000);
            assertThat(second.isAlive()).isFalse();
            assertThatThrownBy(() -> draining.get("/health/live")).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void the_fewest_threads_that_can_be_set_are_enough() throws Exception {
        HttpServerSettings few = new HttpServerSettings(
                "127.0.0.1", 0, 4, Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO, ApiSettings.DEFAULT);
        try (Site small = new Site(few)) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(
                        small.client.sendAsync(small.to("/batch/" + i).build(), HttpResponse.BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.get(Site.PATIENCE, TimeUnit.SECONDS).statusCode())
                        .isEqualTo(202);
            }
        }
    }

    @Test
    void a_port_that_is_taken_is_told() {
        HttpServerSettings taken = new HttpServerSettings(
                "127.0.0.1",
                site.address.getPort(),
                Site.THREADS,
                Duration.ofSeconds(1),
                Duration.ZERO,
                Duration.ZERO,
                ApiSettings.DEFAULT);
        try (HttpServer second = new HttpServer(
                site.requests, site.queue, site.cache, Clock.systemUTC(), taken, new SimpleMeterRegistry())) {
            assertThatThrownBy(second::start)
                    .isInstanceOf(HttpServerException.class)
                    .hasMessageContaining("127.0.0.1:" + site.address.getPort())
                    .hasMessageContaining("server.port = 0");
        }
    }

    @Test
    void tokens_that_could_be_guessed_or_not_be_sent_are_refused_and_never_shown() {
        for (String token : List.of("", "short", "has spaces in it, more than 16", "sixteen-characters\n")) {
            assertThatThrownBy(() -> ApiSettings.DEFAULT.withAdminToken(token))
                    .isInstanceOf(InvalidSettingException.class);
        }
        assertThat(ApiSettings.DEFAULT
                        .withAdminToken(Site.TOKEN)
                        .withSubmitToken(Site.TOKEN)
                        .toString())
                .doesNotContain(Site.TOKEN);
    }

    @Test
    void the_page_and_its_files_are_served_and_nothing_else() throws Exception {
        HttpResponse<String> page = site.get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Type")).startsWith("text/html");
        assertThat(header(page, "Content-Security-Policy"))
                .contains("script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(site.get("/", "If-None-Match", header(page, "ETag")).statusCode())
                .isEqualTo(304);
        assertThat(site.get("/console/index.html").statusCode()).isEqualTo(200);
        for (String path : List.of(
                "/console/../openapi.json",
                "/console/%2e%2e/openapi.json",
                "/console/..%2fopenapi.json",
                "/console/%252e%252e%252fopenapi.json",
                "/console/..;/openapi.json",
                "/console/..\\openapi.json",
                "/console//etc/passwd",
                "/console/ApiServlet.class",
                "/console/",
                "/console/nothing.css",
                "/console/index.html%00.css")) {
            assertThat(site.rawLines("GET " + path + " HTTP/1.1", "Host: h"))
                    .as(path)
                    .matches("(?s)HTTP/1.1 (400|404) .*")
                    .contains("application/problem+json")
                    .doesNotContain("openapi\"", "root:");
        }
    }

    @Test
    void what_hostile_clients_send_is_refused_in_the_form_of_a_problem() throws Exception {
        for (String start : List.of(
                "GET /requests/a%zz HTTP/1.1",
                "GET /requests/a%2 HTTP/1.1",
                "GET /requests/%ff HTTP/1.1",
                "GET /requests/../admin/status HTTP/1.1",
                "GET /requests/<script> HTTP/1.1",
                "GET /requests/k?wait=%zz HTTP/1.1",
                "GET /batch/x?a=%c0%a HTTP/1.1",
                "GET /nothing HTTP/1.1",
                "TRACE / HTTP/1.1",
                "PUT /requests HTTP/1.1",
                "BREW /requests HTTP/1.1",
                "GET /requests HTTP/9.9",
                "nonsense")) {
            String answer = site.rawLines(start, "Host: h");
            assertThat(answer).as(start).matches("(?s)HTTP/1.1 (4|5)\\d\\d .*").doesNotContain("<script>", "Jetty");
        }
        assertThat(site.rawLines("GET / HTTP/1.1", "Host: h", "X-Large: " + "x".repeat(100_000)))
                .startsWith("HTTP/1.1 431")
                .contains("\"detail\":\"the headers are longer than 64 kB\"");
        assertThat(site.rawLines("GET /" + "x".repeat(100_000) + " HTTP/1.1", "Host: h"))
                .startsWith("HTTP/1.1 414")
                .contains("64 kB");
        assertThat(site.rawLines("GET /batch/..;/x HTTP/1.1", "Host: h")).startsWith("HTTP/1.1 400");
        assertThat(site.rawLines("OPTIONS /requests HTTP/1.1", "Host: h")).contains("Allow: GET, HEAD, POST");
        assertThat(site.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void nothing_that_a_caller_sends_becomes_a_header() throws Exception {
        HttpResponse<String> answer =
                site.get("/batch/x%0d%0aSet-Cookie:%20a=b?_key=k&a=%0d%0aSet-Cookie:%20a=b", "Prefer", "wait=0");
        assertThat(answer.headers().map()).doesNotContainKey("set-cookie");
        assertThat(site.get("/batch/x?_key=a%0d%0ab").statusCode()).isEqualTo(422);
    }

    @Test
    void every_answer_is_safe_to_show_in_a_browser() throws Exception {
        for (String path : List.of("/", "/requests", "/requests/nobody", "/nothing", "/openapi.json")) {
            HttpResponse<String> answer = site.get(path);
            assertThat(header(answer, "X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(header(answer, "Content-Security-Policy")).as(path).contains("default-src 'none'");
            assertThat(header(answer, "Server")).as(path).isEmpty();
        }
    }
}
