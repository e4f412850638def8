package org.armlib.http.api;

import static org.armlib.http.api.Site.header;
import static org.armlib.http.api.Site.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.RequestKey;
import org.armlib.memory.MemCacheManager;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OverviewTest {
    private final List<Integer> listed = new CopyOnWriteArrayList<>();
    private final Site site = new Site(
            counting(Site.newQueue()),
            new MemCacheManager(Clock.systemUTC()),
            Site.settings(ApiSettings.DEFAULT.withAdminToken(Site.TOKEN)));

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void one_call_tells_the_numbers_and_the_windows_that_were_asked_for() throws Exception {
        site.complete("done", "csv", "0123456789");
        submit(5);
        var failing = site.lease();
        site.queue.fail(failing.lease(), Failure.permanent("no"));
        site.lease();

        // What an ETA is told from may be a second old.
        await().until(() ->
                overview("?window=Pending,2").at("/windows/0/items/1/eta/p90").isString());
        JsonNode overview = overview("?window=InProgress,10&window=Pending,2&window=Failed,10&window=Completed,10");

        // Counts may be a second old.
        await().untilAsserted(() -> assertThat(overview("").get("counts").toString())
                .isEqualTo("{\"Pending\":3,\"InProgress\":1,\"Completed\":1,\"Failed\":1,\"Cancelled\":0}"));
        assertThat(keys(overview, 0)).containsExactly("k2");
        assertThat(keys(overview, 1)).containsExactly("k3", "k4");
        assertThat(overview.at("/windows/1/items/1/position").intValue()).isEqualTo(2);
        assertThat(overview.at("/windows/1/next").isString()).isTrue();
        assertThat(overview.at("/windows/2/items/0/error/detail").stringValue()).isEqualTo("no");
        assertThat(overview.at("/windows/2").has("next")).isFalse();
        assertThat(overview.at("/windows/3/items/0/results/csv/length").intValue())
                .isEqualTo(10);

        JsonNode rest =
                overview("?window=Pending,9," + overview.at("/windows/1/next").stringValue());
        assertThat(keys(rest, 0)).containsExactly("k5");
    }

    @Test
    void only_the_requests_of_the_windows_are_read() throws Exception {
        site.queue.submitAll(IntStream.range(0, 10_000)
                .mapToObj(
                        n -> BatchRequest.of("/r").key(new RequestKey("k" + n)).build())
                .toList());
        listed.clear();

        assertThat(overview("").at("/counts/Pending").intValue()).isEqualTo(10_000);
        assertThat(listed).isEmpty();
        assertThat(keys(overview("?window=Completed,30"), 0)).isEmpty();
        assertThat(listed).allSatisfy(limit -> assertThat(limit).isLessThanOrEqualTo(30));
    }

    @Test
    void what_is_cleared_is_shown_without_results_at_once() throws Exception {
        site.complete("done", "csv", "0123456789");
        assertThat(overview("?window=Completed,1")
                        .at("/windows/0/items/0/results")
                        .size())
                .isEqualTo(1);

        site.admin("POST", "/admin/clear-cache");

        JsonNode item = overview("?window=Completed,1").at("/windows/0/items/0");
        assertThat(item.get("status").stringValue()).isEqualTo("Completed");
        assertThat(item.get("results").toString()).isEqualTo("{}");
    }

    @Test
    void leasing_is_told_at_once() throws Exception {
        assertThat(overview("").get("leasing").stringValue()).isEqualTo("Running");
        site.admin("POST", "/admin/suspend");
        assertThat(overview("").get("leasing").stringValue()).isEqualTo("Suspended");
        site.admin("POST", "/admin/resume");
        assertThat(overview("").get("leasing").stringValue()).isEqualTo("Running");
    }

    @Test
    void a_held_request_shows_who_holds_it_since_when_until_when_and_why() throws Exception {
        submit(1);
        site.queue.hold(site.lease().lease(), Hold.Cause.UPSTREAM, "it answers 503", Duration.ofHours(1));

        JsonNode held = overview("?window=Pending,1").at("/windows/0/items/0/held");

        assertThat(held.get("by").stringValue()).isEqualTo("upstream");
        assertThat(held.get("reason").stringValue()).isEqualTo("it answers 503");
        assertThat(Instant.parse(held.get("until").stringValue()))
                .isEqualTo(Instant.parse(held.get("since").stringValue()).plus(Duration.ofHours(1)));
        assertThat(json(site.get("/requests/k1")).get("held")).isEqualTo(held);
        assertThat(json(site.get("/requests")).at("/items/0/held")).isEqualTo(held);
        site.queue.cancel(new RequestKey("k1"));
        assertThat(json(site.get("/requests/k1")).has("held")).isFalse();
    }

    @Test
    void what_has_not_changed_is_not_sent_again() throws Exception {
        submit(1);
        site.queue.cancel(new RequestKey("k1"));
        HttpResponse<String> first = site.get("/overview?window=Cancelled,9");
        HttpResponse<String> second = site.get("/overview?window=Cancelled,9", "If-None-Match", header(first, "ETag"));
        assertThat(second.statusCode()).isEqualTo(304);
        site.queue.resubmit(
                BatchRequest.of("/r").key(new RequestKey("k1")).build(),
                site.queue.find(new RequestKey("k1")).orElseThrow().id());
        assertThat(site.get("/overview?window=Cancelled,9", "If-None-Match", header(first, "ETag"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_window_that_is_not_valid_is_refused() throws Exception {
        for (String window : List.of(
                "",
                "Pending",
                "Pending,",
                "Pending,0",
                "Pending,101",
                "Pending,x",
                "Nothing,1",
                "Pending,1,no-cursor-of-this-queue")) {
            HttpResponse<String> answer = site.get("/overview?window=" + window);
            assertThat(answer.statusCode()).as(window).isEqualTo(422);
        }
        assertThat(site.get("/overview?window=Pending,1&window=Pending,1").statusCode())
                .isEqualTo(422);
    }

    private void submit(int count) throws Exception {
        for (int n = 1; n <= count; n++) {
            site.post("/requests", "{\"requestUri\": \"/r\", \"estimatedTime\": \"PT10S\", \"key\": \"k" + n + "\"}");
        }
    }

    private JsonNode overview(String query) throws Exception {
        HttpResponse<String> answer = site.get("/overview" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static List<String> keys(JsonNode overview, int window) {
        List<String> keys = new ArrayList<>();
        StreamSupport.stream(overview.at("/windows/" + window + "/items").spliterator(), false)
                .forEach(item -> keys.add(item.get("key").stringValue()));
        return keys;
    }

    /** {@code queue}, which notes how much its lists are asked for. */
    private QueueManager counting(QueueManager queue) {
        return (QueueManager) Proxy.newProxyInstance(
                OverviewTest.class.getClassLoader(),
                new Class<?>[] {QueueManager.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("list")) {
                        listed.add((Integer) arguments[2]);
                    }
                    try {
                        return method.invoke(queue, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
