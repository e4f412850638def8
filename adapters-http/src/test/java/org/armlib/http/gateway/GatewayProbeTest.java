package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.ports.UpstreamUnavailableException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class GatewayProbeTest {

    @Test
    void any_answer_but_503_and_429_is_a_sign_of_life() {
        AtomicInteger status = new AtomicInteger();
        try (TestApi api = TestApi.handling(exchange -> exchange.sendResponseHeaders(status.get(), -1))) {
            GatewayProcessor gateway =
                    new GatewayProcessor(GatewaySettings.of(api.uri("/api")).build());
            for (int each : List.of(200, 204, 302, 401, 404, 405, 500)) {
                status.set(each);
                assertThat(gateway.isAvailable()).as("status %d", each).isTrue();
            }
            for (int each : List.of(429, 503)) {
                status.set(each);
                assertThat(gateway.isAvailable()).as("status %d", each).isFalse();
            }
            assertThat(api.asked()).containsOnly(URI.create("/api/"));
        }
    }

    @Test
    void asks_the_probe_path_by_get() {
        AtomicInteger gets = new AtomicInteger();
        try (TestApi api = TestApi.handling(exchange -> {
            if (exchange.getRequestMethod().equals("GET")) {
                gets.incrementAndGet();
            }
            TestApi.answer(exchange, 200, "text/plain", "fine");
        })) {
            GatewayProcessor gateway = new GatewayProcessor(GatewaySettings.of(api.uri("/api"))
                    .allow("/reports")
                    .probePath("/health?deep=1")
                    .build());

            assertThat(gateway.isAvailable()).isTrue();
            assertThat(api.asked()).containsExactly(URI.create("/api/health?deep=1"));
            assertThat(gets).hasValue(1);
        }
    }

    @Test
    void no_answer_is_no_sign_of_life() {
        try (RawServer silent = RawServer.stallingAfter("")) {
            GatewayProcessor gateway = new GatewayProcessor(GatewaySettings.of(silent.uri())
                    .connectTimeout(Duration.ofMillis(300))
                    .build());
            assertThat(gateway.isAvailable()).isFalse();
        }
    }

    @Test
    void leaves_an_upstream_alone_that_asks_for_it() {
        AtomicInteger status = new AtomicInteger(429);
        try (TestApi api = TestApi.handling(exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "3600");
            exchange.sendResponseHeaders(status.get(), -1);
        })) {
            GatewayProcessor gateway =
                    new GatewayProcessor(GatewaySettings.of(api.uri()).build());
            assertThatExceptionOfType(UpstreamUnavailableException.class)
                    .isThrownBy(() -> gateway.process(MemoryJob.of("/")));
            status.set(200);

            assertThat(gateway.isAvailable()).isFalse();
            assertThat(api.asked()).hasSize(1);
        }
    }

    @Test
    void comes_back_when_the_upstream_does() {
        AtomicInteger status = new AtomicInteger(503);
        try (TestApi api = TestApi.handling(exchange -> exchange.sendResponseHeaders(status.get(), -1))) {
            GatewayProcessor gateway =
                    new GatewayProcessor(GatewaySettings.of(api.uri()).build());
            assertThatExceptionOfType(UpstreamUnavailableException.class)
                    .isThrownBy(() -> gateway.process(MemoryJob.of("/")));
            assertThat(gateway.isAvailable()).isFalse();
            status.set(200);

            Awaitility.await().until(gateway::isAvailable);
        }
    }

    @Test
    void reads_seconds_and_dates_and_bounds_them() {
        assertThat(asked(Map.of())).isEqualTo(HoldOff.UNSAID);
        assertThat(asked(Map.of("Retry-After", List.of("7")))).isEqualTo(Duration.ofSeconds(7));
        assertThat(asked(Map.of("Retry-After", List.of("999999999")))).isEqualTo(HoldOff.LONGEST);
        assertThat(asked(Map.of("Retry-After", List.of("soon")))).isEqualTo(HoldOff.UNSAID);
        assertThat(asked(Map.of("Retry-After", List.of("Wed, 21 Oct 2015 07:28:00 GMT"))))
                .isEqualTo(HoldOff.UNSAID);
        assertThat(asked(Map.of(
                        "Retry-After", List.of("Wed, 21 Oct 2015 07:28:00 GMT"),
                        "Date", List.of("Wed, 21 Oct 2015 07:27:15 GMT"))))
                .isEqualTo(Duration.ofSeconds(45));
        assertThat(asked(Map.of(
                        "Retry-After", List.of("Wed, 21 Oct 2015 07:28:00 GMT"),
                        "Date", List.of("Wed, 21 Oct 2015 09:00:00 GMT"))))
                .isEqualTo(Duration.ZERO);
    }

    private static Duration asked(Map<String, List<String>> headers) {
        return HoldOff.asked(HttpHeaders.of(headers, (name, value) -> true));
    }
}
