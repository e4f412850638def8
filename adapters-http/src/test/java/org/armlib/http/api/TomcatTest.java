package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.armlib.http.api.Site.header;
import static org.armlib.http.api.Site.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.util.ServerInfo;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The servlet in a container that is not Jetty: below a prefix here, at the top in the tests of the API itself. */
class TomcatTest {
    private static final String PLACE = "/an%20app/batch-mode";

    private final Site site = new Site((requests, queue, cache, clock, settings, registry) ->
            new TomcatServer("/an app", "/batch-mode", requests, queue, cache, clock, settings, registry));

    @AfterEach
    void close() {
        site.close();
    }

    @Nested
    class RequestsTest extends RequestsApiTest {
        @Override
        Site.Container container() {
            return TomcatServer::new;
        }

        /** Tomcat refuses some escapes before the API sees them, and tells so on a page of its own. */
        @Override
        List<String> pathsOfNobody() {
            return super.pathsOfNobody().stream()
                    .filter(path -> !path.contains("%"))
                    .toList();
        }
    }

    @Nested
    class CompressedTest extends CompressionTest {
        @Override
        Site.Container container() {
            return TomcatServer::new;
        }
    }

    @Nested
    class FidelityTest extends org.armlib.http.api.FidelityTest {
        @Override
        Site.Container container() {
            return TomcatServer::new;
        }

        @Override
        boolean isRefusedByContainer(String target) {
            return target.matches(".*[\\[|].*|[^?]*%[Ee]9.*");
        }
    }

    @Nested
    class ResultsTest extends ResultsApiTest {
        @Override
        Site.Container container() {
            return TomcatServer::new;
        }
    }

    @Nested
    class WaitsTest extends WaitingTest {
        @Override
        Site.Container container() {
            return TomcatServer::new;
        }
    }

    @Nested
    class FilteredFormsInTomcatTest extends FilteredFormsTest {
        @Override
        Site.Container container() {
            return (requests, queue, cache, clock, settings, registry) -> {
                TomcatServer server = new TomcatServer(requests, queue, cache, clock, settings, registry);
                server.filter(new FormFilters());
                return server;
            };
        }
    }

    /** The build runs this class twice, with another class path each time. */
    @Test
    void the_container_is_the_one_that_this_run_is_about() {
        assertThat(ServerInfo.getServerNumber()).startsWith(System.getProperty("armlib.test.tomcat", "10.1") + ".");
    }

    @Test
    void a_request_goes_its_way_below_the_prefix() throws Exception {
        HttpResponse<String> submitted = submit("k");
        assertThat(submitted.statusCode()).isEqualTo(202);
        assertThat(header(submitted, "Location")).isEqualTo(PLACE + "/requests/k");
        CompletableFuture<HttpResponse<String>> poll = getAsync("/requests/k?wait=50");
        CompletableFuture<HttpResponse<String>> events = getAsync("/requests/k/events");
        awaitWaiters(2);

        site.runOne("csv", "0123456789");

        assertThat(json(poll.get(Site.PATIENCE, TimeUnit.SECONDS)).get("status").stringValue())
                .isIn("InProgress", "Completed");
        assertThat(events.get(Site.PATIENCE, TimeUnit.SECONDS).body())
                .startsWith("event: status\n")
                .contains("\"url\":\"" + PLACE + "/results/k.csv\"")
                .endsWith("\n\n");
        HttpResponse<String> part = site.get("/results/k.csv", "Range", "bytes=2-4");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("234");
        assertThat(header(part, "Content-Location")).isEqualTo(PLACE + "/results/k.csv");
    }

    @Test
    void problems_are_told_in_the_form_of_the_api() throws Exception {
        assertThat(problem(site.get("/requests/nobody"))).isEqualTo("404 unknown-request");
        assertThat(problem(site.get("/nowhere"))).isEqualTo("404 not-found");
        HttpResponse<String> put = site.call("PUT", "/requests");
        assertThat(problem(put)).isEqualTo("405 method-not-allowed");
        assertThat(header(put, "Allow")).isEqualTo("GET, HEAD, POST");
        String large = "{\"requestUri\": \"/" + "x".repeat(ApiSettings.DEFAULT.maxBody()) + "\"}";
        assertThat(problem(site.post("/requests", large))).isEqualTo("413 too-large");
        assertThat(site.call("OPTIONS", "/requests").statusCode()).isEqualTo(204);
    }

    @Test
    void a_path_leads_nowhere_but_where_it_says() throws Exception {
        site.complete("k", "csv", "secret");
        for (String path : List.of(
                "/batch/%2e%2e/results/k",
                "/batch/../results/k",
                "/batch/..%2fresults%2fk",
                "/batch/..;/results/k",
                "/batch/x\\..\\results",
                "/results/%2e%2e/openapi.json",
                "/results/k%00.csv",
                "/results/%00",
                "/results/x%2fk",
                "/results/x%5ck",
                "/results/..%2f..%2fetc%2fpasswd",
                "/console/..;/openapi.json",
                "/console//etc/passwd",
                "/console/%252e%252e/openapi.json",
                "//requests/k",
                "/./requests/k",
                "/;x/requests/k",
                ";x/requests/k")) {
            assertThat(raw(PLACE + path))
                    .as(path)
                    .matches("(?s)HTTP/1.1 (400|404) .*")
                    .doesNotContain("secret", "root:", "\"openapi\"");
        }
        // The container finds the servlet by all of these.
        for (String place : List.of(
                "/batch/../an%20app/batch-mode",
                "/an%20app/batch/../batch-mode",
                "/an%20app/%62atch-mode",
                "/an%20app/batch-mode/batch/../../batch-mode",
                "/an%20app/x/../batch-mode",
                "/an%20app//batch-mode")) {
            assertThat(raw(place + "/results/k"))
                    .as(place)
                    .matches("(?s)HTTP/1.1 (400|404) .*")
                    .doesNotContain("secret");
        }
        assertThat(site.queue.overview().count(Phase.PENDING)).isZero();
    }

    /** Several times: what a container does with a call at the wrong moment shows in others, and not always. */
    @RepeatedTest(10)
    void a_client_that_goes_away_while_it_waits_leaves_nothing_behind() throws Exception {
        submit("k");
        try (Socket poll = new Socket(site.address.getHost(), site.address.getPort());
                Socket events = new Socket(site.address.getHost(), site.address.getPort())) {
            poll.setSoLinger(true, 0);
            events.setSoLinger(true, 0);
            write(poll, "GET " + PLACE + "/requests/k?wait=50 HTTP/1.1\r\nHost: h\r\n\r\n");
            write(events, "GET " + PLACE + "/requests/k/events HTTP/1.1\r\nHost: h\r\n\r\n");
            awaitWaiters(2);
        }
        site.runOne("csv", "1");

        awaitWaiters(0);
        assertThat(site.get("/requests/k?wait=50").statusCode()).isEqualTo(200);
        assertThat(site.get("/results/k").body()).isEqualTo("1");
    }

    @Test
    void a_servlet_that_drains_ends_waits_and_goes_on_to_answer() throws Exception {
        submit("k");
        CompletableFuture<HttpResponse<String>> poll = getAsync("/requests/k?wait=50");
        CompletableFuture<HttpResponse<String>> events = getAsync("/requests/k/events");
        awaitWaiters(2);

        ((TomcatServer) site.server).servlet.drain();

        assertThat(poll.get(Site.PATIENCE, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(events.get(Site.PATIENCE, TimeUnit.SECONDS).body()).contains("\"Pending\"");
        assertThat(problem(submit("l"))).isEqualTo("503 draining");
        assertThat(site.get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(site.get("/requests/k?wait=50").statusCode()).isEqualTo(200);
    }

    @Test
    void a_container_that_stops_ends_waits() throws Exception {
        submit("k");
        CompletableFuture<HttpResponse<String>> poll = getAsync("/requests/k?wait=50");
        awaitWaiters(1);

        site.server.close();

        try {
            assertThat(poll.get(Site.PATIENCE, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        } catch (ExecutionException e) {
            // Tomcat may close the connection first.
            assertThat(e).hasCauseInstanceOf(java.io.IOException.class);
        }
        assertThat(site.queue.find(new RequestKey("k"))).isPresent();
    }

    private HttpResponse<String> submit(String key) throws Exception {
        return site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"" + key + "\"}");
    }

    private CompletableFuture<HttpResponse<String>> getAsync(String path) {
        HttpRequest request = site.to(path).build();
        return site.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private void awaitWaiters(int count) {
        await().until(() ->
                json(site.admin("GET", "/admin/status")).get("waitingCalls").intValue() == count);
    }

    private String raw(String path) throws Exception {
        return site.rawLines("GET " + path + " HTTP/1.1", "Host: h");
    }

    private static void write(Socket socket, String request) throws Exception {
        socket.getOutputStream().write(request.getBytes(US_ASCII));
    }

    private static String problem(HttpResponse<String> answer) {
        JsonNode type = json(answer).get("type");
        return answer.statusCode() + " " + type.stringValue().replace("urn:armlib:problem:", "");
    }
}
