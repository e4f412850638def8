package org.armlib.http.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.armlib.application.StandardRequestManager;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Hold;
import org.armlib.domain.RequestKey;
import org.armlib.http.server.HttpServer;
import org.armlib.memory.MemCacheManager;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server whose worker leases nothing at present shows why. */
class HeldServerTest {
    private static final String HELD = "{\"by\":\"cache\",\"since\":\"2026-11-05T04:03:02Z\","
            + "\"until\":\"2026-11-05T04:04:02Z\",\"reason\":\"No space left on device\"}";
    private static final Hold HOLD = new Hold(
            Hold.Cause.CACHE,
            Instant.parse("2026-11-05T04:03:02Z"),
            Instant.parse("2026-11-05T04:04:02Z"),
            "No space left on device",
            1);

    private final Clock clock = Clock.systemUTC();
    private final QueueManager queue = Site.newQueue();
    private final MemCacheManager cache = new MemCacheManager(clock);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HttpServer server = new HttpServer(
            new StandardRequestManager(queue, cache, clock, this::hold),
            queue,
            cache,
            clock,
            Site.settings(ApiSettings.DEFAULT.withAdminToken(Site.TOKEN)),
            registry);
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile Optional<Hold> hold = Optional.empty();
    private URI address = URI.create("/");

    @BeforeEach
    void start() {
        address = server.start();
        queue.submit(BatchRequest.of("/r").key(new RequestKey("k")).build());
    }

    @AfterEach
    void close() {
        server.close();
        cache.close();
        queue.close();
    }

    @Test
    void the_server_and_each_request_that_waits_show_the_hold() throws Exception {
        for (String path : List.of("admin/status", "overview", "requests/k")) {
            assertThat(get(path).has("held")).as(path).isFalse();
        }

        hold = Optional.of(HOLD);

        for (String path : List.of("admin/status", "overview", "requests/k")) {
            assertThat(get(path).get("held").toString()).as(path).isEqualTo(HELD);
        }
    }

    @Test
    void a_server_that_holds_leasing_is_not_ready_and_its_metrics_show_what_holds_it() throws Exception {
        assertThat(readiness().statusCode()).isEqualTo(200);
        assertThat(held("cache")).isZero();

        hold = Optional.of(HOLD);

        HttpResponse<String> held = readiness();
        assertThat(held.statusCode()).isEqualTo(503);
        assertThat(held.body()).contains("not ready: leasing");
        assertThat(held("cache")).isEqualTo(1);
        assertThat(held("upstream")).isZero();
    }

    private HttpResponse<String> readiness() throws Exception {
        return client.send(request("health/ready"), BodyHandlers.ofString());
    }

    private double held(String by) {
        return registry.get("armlib.held").tag("by", by).gauge().value();
    }

    @Test
    void an_event_tells_of_a_hold_and_of_its_end() {
        List<String> events = new CopyOnWriteArrayList<>();
        CompletableFuture<?> stream = client.sendAsync(request("requests/k/events"), BodyHandlers.ofLines())
                .thenAccept(answer ->
                        answer.body().filter(line -> line.startsWith("data: ")).forEach(events::add));
        await().untilAsserted(() -> assertThat(events).hasSize(1));
        assertThat(events.get(0)).doesNotContain("held");

        hold = Optional.of(HOLD);
        await().untilAsserted(() -> assertThat(events).last().asString().contains("\"held\":" + HELD));

        hold = Optional.empty();
        await().untilAsserted(() -> assertThat(events).last().asString().doesNotContain("held"));
        queue.cancel(new RequestKey("k"));
        await().until(stream::isDone);
    }

    private Optional<Hold> hold() {
        return hold;
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", "Bearer " + Site.TOKEN)
                .build();
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = client.send(request(path), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return JsonMapper.builder().build().readTree(answer.body());
    }
}
