package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.armlib.http.gateway.KeepAliveServer.Fate;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** An upstream that goes silent at each stage of a call, and connections that break while nobody uses them. */
@Timeout(120)
class GatewayWaitTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    private record Silence(String scheme, String name, String answer, String setting) {}

    @TestFactory
    Stream<DynamicTest> a_silent_upstream_is_waited_for_within_a_limit() {
        return Stream.of(
                        new Silence("https", "in the handshake of TLS", "", "first-byte-timeout"),
                        new Silence("http", "before the status", "", "first-byte-timeout"),
                        new Silence("http", "in the status", "HTTP/1.1 20", "first-byte-timeout"),
                        new Silence("http", "in the head", "HTTP/1.1 200 OK\r\nContent-", "first-byte-timeout"),
                        new Silence(
                                "http",
                                "after an interim response",
                                "HTTP/1.1 100 Continue\r\n\r\n",
                                "first-byte-timeout"),
                        new Silence(
                                "http",
                                "before the body",
                                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Type: text/csv\r\n\r\n",
                                "idle-timeout"),
                        new Silence(
                                "http",
                                "in the body",
                                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Type: text/csv\r\n\r\nhalf",
                                "idle-timeout"),
                        new Silence(
                                "http",
                                "in the size of a chunk",
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/csv\r\n\r\n4\r\nhalf\r\n1",
                                "idle-timeout"))
                .map(silence -> DynamicTest.dynamicTest(silence.name(), () -> {
                    try (RawServer server = RawServer.stallingAfter(silence.answer())) {
                        URI upstream = URI.create(silence.scheme() + "://127.0.0.1:"
                                + server.uri().getPort());
                        GatewayProcessor gateway = new GatewayProcessor(GatewaySettings.of(upstream)
                                .firstByteTimeout(SHORT)
                                .idleTimeout(SHORT)
                                .build());

                        assertThatExceptionOfType(GatewayException.class)
                                .isThrownBy(() -> gateway.process(MemoryJob.of("/")))
                                .withMessageContaining(silence.setting());
                    }
                }));
    }

    @Test
    void a_redirect_whose_body_does_not_come_is_followed() throws Exception {
        CountDownLatch followed = new CountDownLatch(1);
        try (TestApi api = TestApi.handling(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/old")) {
                exchange.getResponseHeaders().set("Location", "/new");
                exchange.sendResponseHeaders(302, 1000);
                exchange.getResponseBody().flush();
                try {
                    followed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            } else {
                followed.countDown();
                TestApi.answer(exchange, 200, "text/csv", "a\n");
            }
        })) {
            MemoryJob job = MemoryJob.of("/old");
            new GatewayProcessor(GatewaySettings.of(api.uri()).build()).process(job);
            assertThat(job.only().text()).isEqualTo("a\n");
        }
    }

    @Test
    void a_connection_that_was_idle_for_long_is_not_used_again() throws Exception {
        AtomicLong nanoTime = new AtomicLong();
        try (KeepAliveServer server = KeepAliveServer.answering(2, Fate.LOST)) {
            GatewayProcessor gateway = new GatewayProcessor(
                    GatewaySettings.of(server.uri())
                            .keepAlive(Duration.ofSeconds(30))
                            .build(),
                    nanoTime::get);
            gateway.process(MemoryJob.of("/1"));
            nanoTime.addAndGet(Duration.ofSeconds(29).toNanos());
            gateway.process(MemoryJob.of("/2"));
            nanoTime.addAndGet(Duration.ofSeconds(31).toNanos());
            gateway.process(MemoryJob.of("/3"));

            assertThat(server.requests()).isEqualTo(List.of(0, 0, 1));
        }
    }

    @Test
    void a_connection_that_vanished_costs_no_more_than_the_wait_for_the_first_byte() {
        try (KeepAliveServer server = KeepAliveServer.answering(1, Fate.LOST)) {
            GatewayProcessor gateway = new GatewayProcessor(
                    GatewaySettings.of(server.uri()).firstByteTimeout(SHORT).build());
            assertThatExceptionOfType(GatewayException.class)
                    .isThrownBy(() -> {
                        gateway.process(MemoryJob.of("/1"));
                        gateway.process(MemoryJob.of("/2"));
                    })
                    .withMessageContaining("first-byte-timeout");
        }
    }

    @Test
    void a_connection_that_closes_before_a_byte_of_the_answer_is_replaced() throws Exception {
        for (Fate fate : List.of(Fate.CLOSED, Fate.RESET)) {
            try (KeepAliveServer server = KeepAliveServer.answering(1, fate)) {
                GatewayProcessor gateway =
                        new GatewayProcessor(GatewaySettings.of(server.uri()).build());
                MemoryJob second = MemoryJob.of("/2");

                gateway.process(MemoryJob.of("/1"));
                gateway.process(second);

                assertThat(second.only().text()).isEqualTo("a,b\n");
                assertThat(server.requests()).as(fate.name()).isEqualTo(List.of(0, 0, 1));
            }
        }
    }
}
