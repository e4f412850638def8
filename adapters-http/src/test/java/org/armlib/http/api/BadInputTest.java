package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.armlib.application.StandardRequestManager;
import org.armlib.http.api.Routes.Access;
import org.armlib.http.api.Routes.Route;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every route does with a call that is wrong in a way any route may meet. */
class BadInputTest {
    private static final String SUBMIT = "a-submit-token-of-tests";
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW");

    private final Site site = new Site(
            Site.settings(ApiSettings.DEFAULT.withAdminToken(Site.TOKEN).withSubmitToken(SUBMIT)));
    private final RawClient client = new RawClient(site.address);

    @AfterEach
    void close() throws IOException {
        client.close();
        site.close();
    }

    @Test
    void a_wrong_method_is_told_which_are_right() throws Exception {
        for (Route route : routes()) {
            List<String> right = routes().stream()
                    .filter(other -> other.template().equals(route.template()))
                    .flatMap(other -> other.method().equals("GET") && !other.changes()
                            ? Stream.of("GET", "HEAD")
                            : Stream.of(other.method()))
                    .sorted()
                    .toList();
            for (String method : METHODS) {
                if (!right.contains(method)) {
                    RawClient.Answer answer = call(method, path(route), "Authorization: Bearer " + Site.TOKEN);
                    assertThat(answer.status()).as(method + " " + path(route)).isEqualTo(405);
                    assertThat(answer.header("Allow")).as(path(route)).isEqualTo(String.join(", ", right));
                    assertThat(answer.body()).contains("urn:armlib:problem:method-not-allowed");
                }
            }
        }
    }

    @Test
    void a_token_that_is_missing_or_wrong_opens_nothing() throws Exception {
        for (Route route : routes()) {
            for (String authorization : List.of(
                    "X: no token",
                    "Authorization:",
                    "Authorization: Bearer",
                    "Authorization: Bearer ",
                    "Authorization: Bearer " + SUBMIT + "x",
                    "Authorization: Bearer " + Site.TOKEN.toUpperCase(Locale.ROOT),
                    "Authorization: Basic " + Site.TOKEN,
                    "Authorization: " + Site.TOKEN,
                    "Authorization: Bearer \u00ff\u0001",
                    "Authorization: Bearer " + "x".repeat(8_000))) {
                RawClient.Answer answer = call(route.method(), path(route), authorization);
                String what = route.method() + " " + path(route) + " with " + authorization;
                if (route.access() == Access.ANYBODY) {
                    assertThat(answer.status()).as(what).isNotEqualTo(401).isLessThan(500);
                } else {
                    assertThat(answer.status()).as(what).isIn(400, 401);
                    assertThat(answer.body()).as(what).doesNotContain(SUBMIT, Site.TOKEN);
                }
            }
            if (route.access() == Access.ADMIN) {
                assertThat(call(route.method(), path(route), "Authorization: Bearer " + SUBMIT)
                                .status())
                        .as(path(route))
                        .isEqualTo(401);
            }
        }
        assertThat(site.queue.overview().counts().values()).containsOnly(0L);
        assertThat(site.queue.overview().suspended()).isFalse();
    }

    @Test
    void a_body_where_none_belongs_changes_no_answer() throws Exception {
        String junk = "{\"a\":".repeat(1_000);
        for (Route route : routes()) {
            if (!route.method().equals("POST") || !route.template().matches("/requests|/batch/.*")) {
                int without = call(route.method(), path(route), "X: y").status();
                RawClient.Answer answer = client.call(
                        (route.method() + " " + path(route) + " HTTP/1.1\r\nHost: h\r\nContent-Type: nonsense\r\n"
                                        + "Content-Length: " + junk.length() + "\r\n\r\n" + junk)
                                .getBytes(UTF_8),
                        false);
                assertThat(answer.status())
                        .as(route.method() + " " + path(route))
                        .isEqualTo(without);
                assertThat(call("GET", "/health/live", "X: y").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_path_that_goes_astray_leads_nowhere() throws Exception {
        for (Route route : routes()) {
            if (route.template().isEmpty()) {
                continue;
            }
            for (String trick : List.of(
                    "/../admin/status",
                    "/%2e%2e/admin/status",
                    "/..%2fadmin%2fstatus",
                    "/..;/admin/status",
                    "/;/x",
                    "//x",
                    "/\\x",
                    "/%5c",
                    "/%00",
                    "/%",
                    "/%c0%ae",
                    "/%ed%a0%80",
                    "/%u002e")) {
                String path = path(route) + trick;
                RawClient.Answer answer = call("GET", path, "X: y");
                assertThat(answer.status()).as(path).isIn(400, 401, 404, 405);
                assertThat(answer.header("Content-Type")).as(path).isEqualTo("application/problem+json");
                assertThat(answer.body()).as(path).doesNotContain("leasing", "root:");
            }
        }
    }

    @Test
    void a_cursor_that_no_page_gave_is_refused() throws Exception {
        for (String cursor : List.of("x", "-1", "Pending:1", "%00", "%F0%9F%98%80", "..%2F..", "9".repeat(5_000))) {
            for (String status : List.of("Pending", "InProgress", "Completed", "Failed", "Cancelled")) {
                RawClient.Answer answer = call("GET", "/requests?status=" + status + "&cursor=" + cursor, "X: y");
                assertThat(answer.status()).as(cursor).isEqualTo(422);
                assertThat(answer.body()).as(cursor).contains("\"field\":\"cursor\"");
            }
        }
    }

    @Test
    void an_answer_to_head_is_never_followed_by_a_body() throws Exception {
        for (String path : List.of("/results/k%00.csv", "/requests/%zz", "/a%2fb", "/requests/nobody", "/nothing")) {
            String answers = RawClient.bytes(
                    site.address,
                    ("HEAD " + path + " HTTP/1.1\r\nHost: h\r\n\r\nGET /health/live HTTP/1.1\r\nHost: h\r\n\r\n")
                            .getBytes(UTF_8));
            // Of some the server does not know that it was HEAD: the connection must end then.
            String second = answers.split("\r\n\r\n", 2)[1];
            assertThat(second.startsWith("HTTP/1.1 200") || answers.contains("Connection: close"))
                    .as(path + ": " + answers)
                    .isTrue();
        }
    }

    @Test
    void clients_that_drip_are_cut_off_and_keep_nobody_waiting() throws Exception {
        try (Site quick = new Site(Site.settings(ApiSettings.DEFAULT, Duration.ofMillis(500), Duration.ZERO))) {
            List<Socket> slow = new ArrayList<>();
            for (String start : List.of(
                    "GET /requests HTTP/1.1\r\nHost: h\r\nX-Slow: ",
                    "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
                    "POST /batch/x HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n5\r\na=",
                    "GET /re")) {
                // Many more than there are threads to serve them.
                for (int i = 0; i < Site.THREADS; i++) {
                    Socket socket = new Socket(quick.address.getHost(), quick.address.getPort());
                    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Site.PATIENCE));
                    socket.getOutputStream().write(start.getBytes(UTF_8));
                    slow.add(socket);
                }
            }
            await().ignoreExceptions().until(() -> quick.get("/health/live").statusCode() == 200);
            for (Socket socket : slow) {
                try (socket;
                        InputStream in = socket.getInputStream()) {
                    // Told so, perhaps; closed in any case, which is what ends this.
                    assertThat(new String(in.readAllBytes(), UTF_8)).doesNotContain("200 OK", "202 Accepted");
                } catch (SocketException e) {
                    assertThat(e).hasMessageContaining("reset");
                }
            }
            await().ignoreExceptions().until(() -> quick.get("/health/live").statusCode() == 200);
        }
    }

    @Test
    void a_body_that_does_not_come_is_told_and_one_that_would_be_too_large_is_not_waited_for() throws Exception {
        try (Site quick = new Site(Site.settings(ApiSettings.DEFAULT, Duration.ofMillis(500), Duration.ZERO))) {
            String start = "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: ";
            assertThat(quick.raw(start + "50\r\n\r\n{"))
                    .startsWith("HTTP/1.1 408")
                    .contains("urn:armlib:problem:timeout");
            assertThat(quick.raw(start + "3000000\r\n\r\n{")).startsWith("HTTP/1.1 413");
        }
        assertThat(site.raw("POST /requests HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + SUBMIT
                        + "\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{"))
                .startsWith("HTTP/1.1 413")
                .contains("Connection: close");
    }

    private RawClient.Answer call(String method, String path, String header) throws IOException {
        String body = method.equals("POST") ? "Content-Length: 0\r\n" : "";
        return client.call(
                (method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + header + "\r\n" + body + "\r\n").getBytes(UTF_8),
                false);
    }

    private List<Route> routes() {
        ApiServlet servlet = new ApiServlet(
                new StandardRequestManager(site.queue, site.cache, Clock.systemUTC()),
                site.queue,
                site.cache,
                Clock.systemUTC(),
                ApiSettings.DEFAULT,
                new SimpleMeterRegistry());
        try {
            return servlet.routes();
        } finally {
            servlet.destroy();
        }
    }

    private static String path(Route route) {
        return route.template().isEmpty() ? "/" : route.template().replaceAll("\\{[a-z]+\\}", "nobody");
    }
}
