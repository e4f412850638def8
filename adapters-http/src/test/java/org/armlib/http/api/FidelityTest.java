package org.armlib.http.api;

import static org.armlib.http.api.Site.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.armlib.domain.Phase;
import org.armlib.http.gateway.GatewayProcessor;
import org.armlib.http.gateway.GatewaySettings;
import org.armlib.http.server.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** What a caller sends reaches the upstream byte for byte, or is refused when it is submitted. */
class FidelityTest {
    private Site site;
    private RequestLines upstream;

    Site.Container container() {
        return HttpServer::new;
    }

    /** Whether the container refuses it before the API sees it. */
    boolean isRefusedByContainer(String target) {
        return false;
    }

    @BeforeEach
    void open() throws IOException {
        upstream = new RequestLines();
        GatewayProcessor gateway = new GatewayProcessor(
                GatewaySettings.of(upstream.uri()).allow("/").build());
        site = new Site(container(), gateway);
        site.work(1, gateway);
    }

    @AfterEach
    void close() {
        site.close();
        upstream.close();
    }

    @TestFactory
    Stream<DynamicTest> what_is_sent_reaches_the_upstream_byte_for_byte() {
        return Stream.of(
                        "/service?wsdl",
                        "/service?wsdl=",
                        "/service?wsdl&wsdl=&x",
                        "/a%2Fb",
                        "/a%2fb",
                        "/a//b///c",
                        "//a",
                        "/a/",
                        "/50%25",
                        "/50%2525",
                        "/caf%E9/%e9",
                        "/caf%C3%A9",
                        "/%7Euser/~user/%41",
                        "/a;v=1/b;c=d,e",
                        "/a%3Fb%23c%20d%5Ce",
                        "/!$&'()*+,;=:@-._~",
                        "/r?q=a+b",
                        "/r?q=a%20b",
                        "/r?q=a%2Bb%2bb",
                        "/r?q=%E9&%ff=1",
                        "/r?q=100%25&r=%2525",
                        "/r?q=%7C%7c",
                        "/r?q=%2F/&r=%3B;&s=%2C,",
                        "/r?q=:@!$'()*?/[]-._~",
                        "/r?point=Paris&point=London",
                        "/r?point=London&point=Paris",
                        "/r?b=1&a=2&b=3&a",
                        "/r?%61=1&a=2",
                        "/r?a=1&&b=2&",
                        "/r?a=b=c==",
                        "/r?q=%00%0D%0A")
                .filter(target -> !isRefusedByContainer(target))
                .map(target -> DynamicTest.dynamicTest(target, () -> {
                    String answer = submit(target);

                    assertThat(answer).startsWith("HTTP/1.1 202");
                    assertReached(target);
                }));
    }

    @TestFactory
    Stream<DynamicTest> what_the_upstream_cannot_be_sent_is_refused_at_once() {
        return Stream.of(
                        "/r?q=a|b",
                        "/r?q=\u00e9",
                        "/r?q=\"",
                        "/r?q={1}",
                        "/r?q=%",
                        "/r?q=%zz",
                        "/r?=1",
                        "/a|b",
                        "/\u00e9",
                        "/a[1]",
                        "/a%zz",
                        "/a%",
                        "/%00",
                        "/a%0Ab",
                        "/%c0%ae/b",
                        "/../b",
                        "/%2e%2e/b",
                        "/a%2F..%2Fb",
                        "/a%5C..%5Cb",
                        "/%252e%252e/b")
                .map(target -> DynamicTest.dynamicTest(target, () -> {
                    String answer = submit(target);

                    assertThat(answer).matches("(?s)HTTP/1\\.1 4(00|22) .*");
                    assertThat(site.queue.overview().counts().values()).containsOnly(0L);
                }));
    }

    @Test
    void the_character_that_is_wrong_is_named() throws Exception {
        String target = "/r?q=%7C|";
        if (!isRefusedByContainer(target)) {
            assertThat(submit(target))
                    .startsWith("HTTP/1.1 422")
                    .contains("parameters: the query has the character '|', which no URL may have");
        }
    }

    @Test
    void what_is_wrong_is_named() throws Exception {
        for (String wrong : List.of(
                "/../b",
                "/a/%2e%2E/b",
                "/a%2F..%2Fb",
                "/a%00",
                "/a%zz",
                "/a\\\\b",
                "/%c0%ae",
                "http://evil/",
                "x",
                "*")) {
            HttpResponse<String> answer = site.post("/requests", "{\"requestUri\": \"" + wrong + "\"}");

            JsonNode problem = json(answer);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(422);
            assertThat(problem.get("field").stringValue()).as(wrong).isEqualTo("requestUri");
            assertThat(problem.get("detail").stringValue()).contains("'" + wrong.replace("\\\\", "\\") + "'");
        }
        assertThat(site.queue.overview().count(Phase.PENDING)).isZero();
        assertThat(upstream.targets()).isEmpty();
    }

    @Test
    void a_request_in_json_reaches_the_upstream_as_it_is_written() throws Exception {
        assertSent("{\"requestUri\": \"/a%2Fb//c/%25/%E9;v=1\"}", "/a%2Fb//c/%25/%E9;v=1");
        assertSent("{\"requestUri\": \"/s\", \"parameters\": {\"wsdl\": [null]}}", "/s?wsdl");
        assertSent("{\"requestUri\": \"/s\", \"parameters\": {\"wsdl\": [\"\"]}}", "/s?wsdl=");
        assertSent("{\"requestUri\": \"/s\", \"parameters\": \"a=1&b=+%e9&a=3&x\"}", "/s?a=1&b=+%e9&a=3&x");
        assertSent(
                "{\"requestUri\": \"/\u00fc\", \"parameters\": {\"q\": [\"a b\", \"\u00fc|+\"]}}",
                "/%C3%BC?q=a%20b&q=%C3%BC%7C%2B");
    }

    @Test
    void the_fields_of_a_form_follow_the_query_as_they_are_written() throws Exception {
        HttpResponse<String> answer = site.send(site.to("/batch/f?x=1&_sticky&b")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("a=+&b&x=%e9&_key=k&_format=csv")));

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).get("key").stringValue()).isEqualTo("k");
        assertReached("/f?x=1&b&a=+&b&x=%e9");
    }

    @Test
    void a_status_shows_the_query_as_it_was_written() throws Exception {
        JsonNode status = json(site.get("/batch/r?x&a=+&x=%E9"));

        assertThat(status.get("parameters").toString()).isEqualTo("{\"x\":[null,\"%E9\"],\"a\":[\" \"]}");
        assertThat(status.get("query").stringValue()).isEqualTo("x&a=+&x=%E9");
        assertThat(json(site.get("/batch/r?x&a=1")).has("query")).isFalse();
    }

    private void assertSent(String json, String target) throws Exception {
        assertThat(site.post("/requests", json).statusCode()).isIn(200, 202);
        assertReached(target);
    }

    private void assertReached(String target) {
        await().until(() ->
                upstream.targets().contains(target) || site.queue.overview().count(Phase.FAILED) > 0);
        assertThat(upstream.targets()).endsWith(target);
        await().until(() -> site.queue.overview().count(Phase.PENDING)
                        + site.queue.overview().count(Phase.IN_PROGRESS)
                == 0);
    }

    private String submit(String target) throws IOException {
        return site.rawLines("GET /batch" + target + " HTTP/1.1", "Host: h");
    }
}
