package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.armlib.ports.UpstreamUnavailableException;
import org.junit.jupiter.api.Test;

class GatewayProbeTest {

    @Test
    void any_answer_is_a_sign_of_life_where_no_probe_path_is_set() {
        AtomicInteger status = new AtomicInteger();
        try (TestApi api = TestApi.handling(exchange -> exchange.sendResponseHeaders(status.get(), -1))) {
            GatewayProcessor gateway =
                    new GatewayProcessor(GatewaySettings.of(api.uri("/api")).build());
            for (int each : List.of(200, 204, 302, 401, 404, 405, 429, 500, 503)) {
                status.set(each);
                assertThat(gateway.isAvailable()).as("status %d", each).isTrue();
                assertThat(gateway.isReachable()).as("status %d", each).isTrue();
            }
            assertThat(api.asked()).containsOnly(URI.create("/api/"));
        }
    }

    @Test
    void a_probe_path_says_no_by_503_and_429() {
        AtomicInteger status = new AtomicInteger();
        try (TestApi api = TestApi.handling(exchange -> exchange.sendResponseHeaders(status.get(), -1))) {
            GatewayProcessor gateway = new GatewayProcessor(
                    GatewaySettings.of(api.uri()).probePath("/health").build());
            for (int each : List.of(200, 204, 401, 404, 500)) {
                status.set(each);
                assertThat(gateway.isAvailable()).as("status %d", each).isTrue();
            }
            for (int each : List.of(429, 503)) {
                status.set(each);
                assertThat(gateway.isAvailable()).as("status %d", each).isFalse();
                assertThat(gateway.isReachable()).as("status %d", each).isTrue();
            }
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
            assertThat(gateway.isReachable()).isTrue();
        }
    }

    @Test
    void a_refused_connection_is_not_reachable() {
        TestApi gone = TestApi.answering(200, "text/plain", "");
        gone.close();

        GatewayProcessor gateway =
                new GatewayProcessor(GatewaySettings.of(gone.uri()).build());
        assertThat(gateway.isAvailable()).isFalse();
        assertThat(gateway.isReachable()).isFalse();
    }

    @Test
    void makes_no_call_before_the_time_that_the_upstream_asked_for() throws Exception {
        AtomicLong nanoTime = new AtomicLong();
        AtomicInteger status = new AtomicInteger(429);
        try (TestApi api = TestApi.handling(exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "10");
            exchange.sendResponseHeaders(status.get(), -1);
        })) {
            GatewayProcessor gateway =
                    new GatewayProcessor(GatewaySettings.of(api.uri()).build(), nanoTime::get);
            assertThat(retryAfter(gateway)).contains(Duration.ofSeconds(10));
            status.set(204);
            nanoTime.addAndGet(Duration.ofSeconds(9).toNanos());

            assertThat(retryAfter(gateway)).contains(Duration.ofSeconds(1));
            assertThat(gateway.isAvailable()).isFalse();
            assertThat(api.asked()).hasSize(1);

            nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());

            assertThat(gateway.isAvailable()).isTrue();
            gateway.process(MemoryJob.of("/"));
        }
    }

    @Test
    void an_upstream_that_asks_for_no_time_is_called_again_when_the_worker_wants() {
        try (TestApi api = TestApi.handling(exchange -> exchange.sendResponseHeaders(503, -1))) {
            GatewayProcessor gateway =
                    new GatewayProcessor(GatewaySettings.of(api.uri()).build());

            assertThat(retryAfter(gateway)).isEmpty();
            assertThat(retryAfter(gateway)).isEmpty();
            assertThat(api.asked()).hasSize(2);
        }
    }

    private static Optional<Duration> retryAfter(GatewayProcessor gateway) {
        return catchThrowableOfType(UpstreamUnavailableException.class, () -> gateway.process(MemoryJob.of("/")))
                .retryAfter();
    }
}
