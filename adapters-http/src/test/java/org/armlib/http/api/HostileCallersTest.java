package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Parameters;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Callers without a token who want the server to serve nobody. */
@Timeout(120)
class HostileCallersTest {
    private static final int LONG = 60_000;

    /** More than there are threads to serve them. */
    private static final int MANY = 2 * Site.THREADS;

    @Test
    void a_long_range_costs_no_more_than_a_short_one() throws Exception {
        try (Site site = new Site()) {
            site.complete("a", "csv", "0123456789");
            String range = "Range: bytes=" + " ".repeat(LONG) + "x";

            for (int i = 0; i < 110; i++) {
                assertThat(site.rawLines("GET /results/a.csv HTTP/1.1", "Host: h", range))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void names_that_are_long_are_refused_and_not_matched() throws Exception {
        try (Site site = new Site()) {
            site.complete("a", "csv", "0123456789");
            String name = "a.".repeat(LONG / 2) + "a";

            assertThat(site.rawLines("GET /console/" + name + ".js HTTP/1.1", "Host: h"))
                    .startsWith("HTTP/1.1 404");
            assertThat(site.rawLines("GET /results/" + name + " HTTP/1.1", "Host: h"))
                    .startsWith("HTTP/1.1 404");
            assertThat(site.rawLines("GET /batch/x?_format=" + name + " HTTP/1.1", "Host: h", "Prefer: wait=1"))
                    .startsWith("HTTP/1.1 422");
        }
    }

    @Test
    void bodies_that_come_byte_by_byte_take_no_thread() throws Exception {
        try (Site site = new Site()) {
            List<Socket> slow = new ArrayList<>();
            for (String start : List.of(
                    "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
                    "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 9000000\r\n\r\n{",
                    "POST /batch/x HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n5\r\na=")) {
                for (int i = 0; i < MANY; i++) {
                    Socket socket = new Socket(site.address.getHost(), site.address.getPort());
                    socket.getOutputStream().write(start.getBytes(UTF_8));
                    slow.add(socket);
                }
            }
            // One byte more for each: those that were refused have said so by now.
            for (Socket socket : slow) {
                socket.getOutputStream().write(' ');
            }

            for (int i = 0; i < 20; i++) {
                assertThat(site.get("/health/live").statusCode()).isEqualTo(200);
            }
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void a_body_that_comes_in_parts_is_taken_as_a_whole() throws Exception {
        try (Site site = new Site();
                Socket socket = new Socket(site.address.getHost(), site.address.getPort())) {
            String json = "{\"requestUri\": \"/r\", \"key\": \"in-parts\"}";
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Site.PATIENCE));
            write(
                    socket,
                    "POST /requests HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\n");
            write(socket, "Content-Length: " + json.length() + "\r\n\r\n");
            for (int i = 0; i < json.length(); i += 7) {
                write(socket, json.substring(i, Math.min(json.length(), i + 7)));
            }

            InputStream in = socket.getInputStream();
            assertThat(new String(in.readAllBytes(), UTF_8)).startsWith("HTTP/1.1 202");
            assertThat(site.queue.find(new RequestKey("in-parts"))).isPresent();
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    @Test
    void a_page_of_requests_with_long_parameters_is_bounded() throws Exception {
        try (Site site = new Site()) {
            Set<String> submitted = new HashSet<>();
            for (int i = 0; i < 60; i++) {
                Parameters parameters = Parameters.of(Map.of("a", List.of("x".repeat(200_000)), "b", List.of("1")));
                BatchRequest request = BatchRequest.of("/" + "r".repeat(8_000) + i)
                        .parameters(parameters)
                        .build();
                submitted.add(site.queue.submit(request).submission().key().value());
            }

            Set<String> listed = new HashSet<>();
            String cursor = "";
            do {
                var answer = site.get("/requests?limit=500" + cursor);
                assertThat(answer.body().length()).isLessThan(1_500_000);
                JsonNode page = Site.json(answer);
                for (JsonNode item : page.get("items")) {
                    listed.add(item.get("key").asString());
                    assertThat(item.get("parametersShortened").booleanValue()).isTrue();
                    assertThat(item.get("parameters").get("a").get(0).asString())
                            .isEqualTo("x".repeat(100) + "...");
                    assertThat(item.has("query")).isFalse();
                }
                cursor = page.has("next") ? "&cursor=" + page.get("next").asString() : "";
            } while (!cursor.isEmpty());

            assertThat(listed).isEqualTo(submitted);
            assertThat(site.get("/overview?window=Pending,100").body().length()).isLessThan(1_500_000);
            JsonNode whole =
                    Site.json(site.get("/requests/" + submitted.iterator().next()));
            assertThat(whole.get("parameters").get("a").get(0).asString()).hasSize(200_000);
            assertThat(whole.has("parametersShortened")).isFalse();
        }
    }

    @Test
    void clients_that_do_not_read_their_answers_take_no_thread() throws Exception {
        try (Site site = new Site()) {
            for (int i = 0; i < 500; i++) {
                site.queue.submit(BatchRequest.of("/" + "r".repeat(4_000) + i).build());
            }
            List<Socket> deaf = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(1024);
                socket.connect(new InetSocketAddress(site.address.getHost(), site.address.getPort()));
                write(socket, "GET /requests?limit=500 HTTP/1.1\r\nHost: h\r\n\r\n".repeat(20));
                deaf.add(socket);
            }

            await().ignoreExceptionsInstanceOf(SocketException.class)
                    .untilAsserted(() ->
                            assertThat(site.get("/health/live").statusCode()).isEqualTo(200));
            for (Socket socket : deaf) {
                socket.close();
            }
        }
    }
}
