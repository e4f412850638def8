package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.stream.Stream;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.InvalidRequestException;
import org.armlib.ports.PermanentFailureException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The gateway asks one upstream for allowed paths, whatever a caller or the upstream itself would have it ask. */
class GatewaySafetyTest {

    @TestFactory
    Stream<DynamicTest> no_request_uri_leads_out_of_what_is_allowed() {
        return Stream.of(
                        "/admin",
                        "/publicity",
                        "/PUBLIC/a",
                        "/public/../admin",
                        "/public/./a",
                        "/public/..",
                        "/public/%2e%2e/admin",
                        "/public/%2E./admin",
                        "/public/.%2e/admin",
                        "/public/%252e%252e/admin",
                        "/public/..;/admin",
                        "/public/..;a=b/admin",
                        "/public/..%3b/admin",
                        "/public%2F..%2Fadmin",
                        "/public%252f..%252fadmin",
                        "/public/..%252fadmin",
                        "/public/%25252e%25252e/admin",
                        "/public/..%253b/admin",
                        "/x%2F..%2Fpublic/a",
                        "/%2Fpublic",
                        "/public%2Fa",
                        "/public/..\\admin",
                        "/public\\..\\admin",
                        "/public/%5c..%5cadmin",
                        "/public/%c0%ae%c0%ae/admin",
                        "/public/%c0%af",
                        "/public/%00",
                        "/public/a%0d%0aHost:%20evil",
                        "/public/%7f",
                        "/public/%c2%85",
                        "/public/%",
                        "/public/%2",
                        "/public/%zz",
                        "/public/%u002e%u002e/admin",
                        "//evil",
                        "//evil/public/a",
                        "///evil",
                        "/\\evil",
                        "\\\\evil",
                        "@evil",
                        "@127.0.0.1/public",
                        ":80/public",
                        ".evil",
                        "public/a",
                        "http://evil/public/a",
                        "https://evil/public/a",
                        "http:/public/a",
                        "file:///etc/passwd",
                        "javascript:alert(1)",
                        "*")
                .map(uri -> DynamicTest.dynamicTest("of '" + uri + "'", () -> {
                    try (TestApi api = TestApi.answering(200, "text/plain", "secret")) {
                        GatewayProcessor gateway = new GatewayProcessor(
                                GatewaySettings.of(api.uri()).allow("/public").build());
                        MemoryJob job = new MemoryJob(BatchRequest.of(uri).build(), ByteArrayOutputStream::new);

                        assertThatExceptionOfType(PermanentFailureException.class)
                                .isThrownBy(() -> gateway.process(job))
                                .withMessageStartingWith("the request URI ");
                        assertThatExceptionOfType(InvalidRequestException.class)
                                .isThrownBy(() -> gateway.validate(job.request()))
                                .withMessageStartingWith("requestUri: '");
                        assertThat(api.asked()).isEmpty();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> what_only_looks_odd_is_passed_on_as_it_is() {
        return Stream.of(
                        "/public",
                        "/public/",
                        "/public/@evil",
                        "/public/...",
                        "/public/..a",
                        "/public/a..b",
                        "/public/http:evil",
                        "/public/100%25",
                        "/public/a%3Fb%23c",
                        "/public/%E6%9D%B1",
                        "/public/a;v=1/b",
                        "/public/%2fadmin",
                        "/public//admin",
                        "/public/a//b",
                        "/public/%ff",
                        "/public/%E9",
                        "/public/%7e~%41",
                        "/public/a%5Cb")
                .map(uri -> DynamicTest.dynamicTest("of '" + uri + "'", () -> {
                    try (TestApi api = TestApi.answering(200, "text/plain", "ok")) {
                        GatewayProcessor gateway = new GatewayProcessor(
                                GatewaySettings.of(api.uri()).allow("/public").build());

                        MemoryJob job = MemoryJob.of(uri);
                        gateway.validate(job.request());
                        gateway.process(job);

                        assertThat(api.asked()).containsExactly(URI.create(uri));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> no_redirect_leads_out_of_what_is_allowed() {
        return Stream.of(
                        "http://EVIL/api/public/b",
                        "//EVIL/api/public/b",
                        "https://UPSTREAM/api/public/b",
                        "http://user@UPSTREAM/api/public/b",
                        "http://UPSTREAM@EVIL/api/public/b",
                        "http://UPSTREAM.evil.invalid/api/public/b",
                        "http://localhost/api/public/b",
                        "ftp://UPSTREAM/api/public/b",
                        "file:///etc/passwd",
                        "data:text/plain,hello",
                        "/public/b",
                        "/apiary/public/b",
                        "/api/admin",
                        "/api/public/../admin",
                        "../admin",
                        "/api/public/%2e%2e/admin",
                        "/api/public/..%2fadmin",
                        "\\\\EVIL\\b",
                        "http://",
                        "")
                .map(location -> DynamicTest.dynamicTest("to '" + location + "'", () -> {
                    try (TestApi evil = TestApi.answering(200, "text/plain", "secret");
                            TestApi api = TestApi.handling(exchange -> TestApi.redirect(
                                    exchange,
                                    302,
                                    location.replace("EVIL", evil.uri().getRawAuthority())
                                            .replace(
                                                    "UPSTREAM",
                                                    "127.0.0.1:"
                                                            + exchange.getLocalAddress()
                                                                    .getPort())))) {
                        GatewayProcessor gateway = new GatewayProcessor(GatewaySettings.of(api.uri("/api"))
                                .allow("/public")
                                .build());

                        assertThatExceptionOfType(PermanentFailureException.class)
                                .isThrownBy(() -> gateway.process(MemoryJob.of("/public/a")))
                                .withMessageContaining("redirects to '"
                                        + location.replaceFirst("EVIL.*", "")
                                                .replaceFirst("UPSTREAM.*", "")
                                                .replace("user@", ""));
                        assertThat(evil.asked()).isEmpty();
                        assertThat(api.asked()).hasSize(1);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> a_redirect_within_the_upstream_is_followed() {
        return Stream.of(
                        "/api/public/b?q=%C3%BC", "b?q=%C3%BC", "./b?q=%C3%BC", "http://UPSTREAM/api/public/b?q=%C3%BC")
                .map(location -> DynamicTest.dynamicTest("to '" + location + "'", () -> {
                    try (TestApi api = TestApi.handling(exchange -> {
                        if (exchange.getRequestURI().getPath().endsWith("/b")) {
                            TestApi.answer(exchange, 200, "text/plain", "there");
                        } else {
                            TestApi.redirect(
                                    exchange,
                                    307,
                                    location.replace(
                                            "UPSTREAM",
                                            "127.0.0.1:"
                                                    + exchange.getLocalAddress().getPort()));
                        }
                    })) {
                        MemoryJob job = MemoryJob.of("/public/a");

                        new GatewayProcessor(GatewaySettings.of(api.uri("/api"))
                                        .allow("/public")
                                        .build())
                                .process(job);

                        assertThat(job.only().text()).isEqualTo("there");
                        assertThat(api.asked().get(1)).isEqualTo(URI.create("/api/public/b?q=%C3%BC"));
                    }
                }));
    }

    @Test
    void redirects_in_a_circle_end() {
        try (TestApi api = TestApi.handling(exchange -> TestApi.redirect(exchange, 301, "/"))) {
            GatewayProcessor gateway = new GatewayProcessor(
                    GatewaySettings.of(api.uri()).maxRedirects(3).build());

            assertThatExceptionOfType(PermanentFailureException.class)
                    .isThrownBy(() -> gateway.process(MemoryJob.of("/")))
                    .withMessageContaining("max-redirects");
            assertThat(api.asked()).hasSize(4);
        }
    }
}
