package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.armlib.http.api.Site.header;
import static org.armlib.http.api.Site.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.armlib.domain.Failure;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.http.server.HttpServer;
import org.armlib.ports.Job;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Long polls, event streams and {@code Prefer: wait}. */
class WaitingTest {
    /** Many more than the server has threads. */
    private static final int MANY = 20 * Site.THREADS;

    private final Site site = new Site(container());

    /** What the API is mounted in. */
    Site.Container container() {
        return HttpServer::new;
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void a_long_poll_holds_until_the_state_changes() throws Exception {
        submit("k");
        CompletableFuture<HttpResponse<String>> waiting = getAsync("/requests/k?wait=50");
        awaitWaiters(1);
        LeasedRequest leased = site.lease();
        assertThat(status(waiting)).isEqualTo("InProgress");

        String tag = header(site.get("/requests/k"), "ETag");
        CompletableFuture<HttpResponse<String>> next = getAsync("/requests/k?wait=50", "If-None-Match", tag);
        awaitWaiters(1);
        site.queue.fail(leased.lease(), Failure.permanent("no"));
        assertThat(status(next)).isEqualTo("Failed");
        awaitWaiters(0);
    }

    @Test
    void a_long_poll_ends_with_its_time() throws Exception {
        submit("k");
        assertThat(json(site.get("/requests/k?wait=1")).get("status").stringValue())
                .isEqualTo("Pending");
        String tag = header(site.get("/requests/k"), "ETag");
        assertThat(site.get("/requests/k?wait=1", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        // Something else than what the caller knows is told at once, and so is what will not change any more.
        assertThat(site.get("/requests/k?wait=3600", "If-None-Match", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
        site.requests.cancel(site.lease().request().key());
        assertThat(site.get("/requests/k?wait=3600").statusCode()).isEqualTo(200);
        assertThat(site.get("/requests/nobody?wait=3600").statusCode()).isEqualTo(404);
        assertThat(site.get("/requests/k?wait=soon").statusCode()).isEqualTo(422);
    }

    @Test
    void many_wait_and_the_few_threads_answer_others_meanwhile() throws Exception {
        for (int i = 0; i < 4; i++) {
            submit("k" + i);
        }
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            waiting.add(getAsync("/requests/k" + i % 4 + "?wait=50"));
        }
        List<Events> streams = Stream.generate(() -> new Events("/requests/k0/events"))
                .limit(MANY)
                .toList();
        awaitWaiters(2 * MANY);
        assertThat(site.get("/health/ready").statusCode()).isEqualTo(200);

        for (int i = 0; i < 4; i++) {
            site.runOne("csv", "c");
        }
        for (CompletableFuture<HttpResponse<String>> answer : waiting) {
            assertThat(status(answer)).isIn("InProgress", "Completed");
        }
        for (Events events : streams) {
            assertThat(events.all()).last().asString().contains("\"status\":\"Completed\"");
        }
        awaitWaiters(0);
    }

    @Test
    void events_tell_each_change_and_end_with_the_last() throws Exception {
        submit("other");
        submit("k");
        Events events = new Events("/requests/k/events");
        assertThat(events.next()).contains("\"status\":\"Pending\"", "\"position\":2");
        site.runOne("csv", "1");
        assertThat(events.next()).contains("\"position\":1");
        LeasedRequest leased = site.lease();
        assertThat(events.next()).contains("\"status\":\"InProgress\"");
        site.queue.progress(leased.lease(), new Progress(0.5, "half\nway"));
        assertThat(events.next()).contains("\"fraction\":0.5", "half\\nway");
        site.queue.fail(leased.lease(), Failure.permanent("no"));
        assertThat(events.next()).contains("\"status\":\"Failed\"");
        assertThat(events.all()).isEmpty();

        // A browser comes back with the id of the last event, and must be told that this was all.
        assertThat(site.get("/requests/k/events", "Last-Event-ID", events.lastId)
                        .statusCode())
                .isEqualTo(204);
        assertThat(site.get("/requests/k/events").body()).contains("event: status\nid: ", "\"Failed\"");
        assertThat(site.get("/requests/nobody/events").statusCode()).isEqualTo(404);
        HttpResponse<String> head = site.head("/requests/k/events");
        assertThat(header(head, "Content-Type")).startsWith("text/event-stream");
    }

    @Test
    void a_wait_outlasts_the_idle_timeout_of_the_connection() throws Exception {
        try (Site quick =
                new Site(container(), Site.settings(ApiSettings.DEFAULT, Duration.ofMillis(100), Duration.ZERO))) {
            // A busy machine may let a connection be idle before it sends its request.
            await().ignoreExceptions()
                    .until(() -> quick.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}")
                                    .statusCode()
                            == 202);
            await().ignoreExceptions()
                    .until(() -> quick.get("/requests/k?wait=1").body().contains("\"status\":\"Pending\""));
        }
    }

    @Test
    void more_than_may_wait_are_refused() throws Exception {
        ApiSettings one = ApiSettings.builder()
                .maxBody(1000)
                .maxQueue(10)
                .maxWait(Duration.ofSeconds(30))
                .maxWaiters(1)
                .pollInterval(Duration.ofMillis(100))
                .retention(Duration.ofDays(1))
                .build();
        try (Site small = new Site(container(), Site.settings(one))) {
            small.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}");
            CompletableFuture<HttpResponse<String>> first = small.client.sendAsync(
                    small.to("/requests/k?wait=50").build(), HttpResponse.BodyHandlers.ofString());
            await().until(() -> small.get("/requests/k?wait=1").statusCode() == 503);
            assertThat(small.get("/requests/k/events").statusCode()).isEqualTo(503);
            HttpResponse<String> taken = small.get("/batch/x?_key=x", "Prefer", "wait=5");
            assertThat(taken.statusCode()).as("what was taken is told").isEqualTo(202);
            assertThat(header(taken, "Location")).isEqualTo("/requests/x");
            small.lease();
            assertThat(first.get(Site.PATIENCE, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void one_address_does_not_take_all_places() throws Exception {
        ApiSettings two = ApiSettings.builder().maxWaitersPerAddress(1).build();
        try (Site small = new Site(container(), Site.settings(two))) {
            small.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}");
            CompletableFuture<HttpResponse<String>> first = small.client.sendAsync(
                    small.to("/requests/k?wait=50").build(), HttpResponse.BodyHandlers.ofString());

            await().until(() -> small.get("/requests/k?wait=1").statusCode() == 503);
            small.lease();
            assertThat(first.get(Site.PATIENCE, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(small.get("/requests/k?wait=1").statusCode())
                    .as("the place is free again")
                    .isEqualTo(200);
        }
    }

    @Test
    void places_are_kept_for_callers_with_a_token() throws Exception {
        ApiSettings ten = ApiSettings.builder()
                .maxWaiters(10)
                .submitToken("a-submit-token-of-tests")
                .build();
        String[] token = {"Authorization", "Bearer a-submit-token-of-tests"};
        try (Site small = new Site(container(), Site.settings(ten))) {
            small.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}", token);
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                waiting.add(small.client.sendAsync(
                        small.to("/requests/k?wait=50").build(), HttpResponse.BodyHandlers.ofString()));
            }

            await().until(() -> small.get("/requests/k?wait=1").statusCode() == 503);
            assertThat(small.get("/requests/k?wait=1", token).statusCode()).isEqualTo(200);
            small.lease();
            for (CompletableFuture<HttpResponse<String>> one : waiting) {
                assertThat(one.get(Site.PATIENCE, TimeUnit.SECONDS).statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void a_caller_that_waits_gets_the_result_of_a_quick_request() throws Exception {
        site.work(1, job -> write(job, "done"));

        HttpResponse<String> answer = site.get("/batch/report?year=2024&_format=csv", "Prefer", "wait=50");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("done");
        assertThat(header(answer, "Preference-Applied")).isEqualTo("wait=50");
        assertThat(header(answer, "Cache-Status")).isEqualTo("armlib; fwd=miss");
        HttpResponse<String> again = site.get("/batch/report?year=2024", "Prefer", "wait=50");
        assertThat(again.body()).isEqualTo("done");
        assertThat(header(again, "Cache-Status")).isEqualTo("armlib; hit");
        // Conditions and ranges are for the result's own address.
        for (String[] header : new String[][] {{"Range", "bytes=0-1"}, {"If-None-Match", "*"}, {"If-Match", "\"x\""}}) {
            HttpResponse<String> whole = site.get("/batch/report?year=2024", "Prefer", "wait=50", header[0], header[1]);
            assertThat(whole.statusCode()).as(header[0]).isEqualTo(200);
            assertThat(whole.body()).as(header[0]).isEqualTo("done");
        }
        assertThat(site.get("/batch/report?year=2024&_format=xlsx", "Prefer", "wait=50")
                        .statusCode())
                .isEqualTo(404);
        assertThat(site.get("/batch/report?year=2024&_format=../x", "Prefer", "wait=50")
                        .statusCode())
                .isEqualTo(422);
        // Without a wish to wait the answer is a status, cached or not.
        assertThat(json(site.get("/batch/report?year=2024")).get("status").stringValue())
                .isEqualTo("Completed");
    }

    @Test
    void a_caller_waits_at_any_path() throws Exception {
        List<String> paths = List.of("a%20b/c", "%C3%A4", "a;v=1/b", "a+b", "a.b/c.");
        for (String path : paths) {
            CompletableFuture<HttpResponse<String>> answer =
                    getAsync("/batch/" + path + "?x=%26&y=+", "Prefer", "wait=50");
            awaitWaiters(1);
            site.runOne("csv", path);
            assertThat(answer.get(Site.PATIENCE, TimeUnit.SECONDS).body()).isEqualTo(path);
        }
        assertThat(site.queue.overview().count(Phase.COMPLETED)).isEqualTo(paths.size());
    }

    @Test
    void a_request_that_outlasts_its_caller_goes_on_and_runs_once() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch finish = new CountDownLatch(1);
        site.work(2, job -> {
            runs.incrementAndGet();
            finish.await();
            write(job, "run " + runs.get());
        });

        HttpResponse<String> answer = site.get("/batch/report?_key=k", "Prefer", "respond-async, wait=1");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(header(answer, "Location")).isEqualTo("/requests/k");
        assertThat(json(answer).get("status").stringValue()).isIn("Pending", "InProgress");

        CompletableFuture<HttpResponse<String>> second = getAsync("/batch/report?_key=k", "Prefer", "wait=50");
        awaitWaiters(1);
        finish.countDown();
        HttpResponse<String> result = second.get(Site.PATIENCE, TimeUnit.SECONDS);
        assertThat(result.body()).isEqualTo("run 1");
        assertThat(header(result, "Cache-Status")).isEqualTo("armlib; fwd=miss; collapsed");
        assertThat(runs).hasValue(1);
    }

    @Test
    void a_request_that_a_thousand_callers_submit_at_once_runs_once() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch finish = new CountDownLatch(1);
        site.work(4, job -> {
            runs.incrementAndGet();
            finish.await();
            write(job, "once");
        });
        List<CompletableFuture<HttpResponse<String>>> callers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            callers.add(getAsync("/batch/report?year=2024", "Prefer", "wait=60"));
        }
        await().until(() -> site.queue.overview().count(Phase.IN_PROGRESS) == 1);
        finish.countDown();
        for (CompletableFuture<HttpResponse<String>> caller : callers) {
            assertThat(caller.get(Site.PATIENCE, TimeUnit.SECONDS).body()).isEqualTo("once");
        }
        assertThat(runs).hasValue(1);
    }

    @Test
    void a_caller_that_waits_is_told_that_the_request_failed() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting = getAsync("/batch/a?_key=a", "Prefer", "wait=50");
        site.queue.fail(site.lease().lease(), Failure.permanent("no such year"));
        HttpResponse<String> failed = waiting.get(Site.PATIENCE, TimeUnit.SECONDS);
        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(json(failed).get("detail").stringValue()).isEqualTo("no such year");
        assertThat(json(failed).get("key").stringValue()).isEqualTo("a");

        CompletableFuture<HttpResponse<String>> cancelled = getAsync("/batch/b?_key=b", "Prefer", "wait=50");
        awaitWaiters(1);
        site.call("DELETE", "/requests/b");
        assertThat(cancelled.get(Site.PATIENCE, TimeUnit.SECONDS).statusCode()).isEqualTo(409);
    }

    private void submit(String key) throws Exception {
        site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"" + key + "\"}");
    }

    private CompletableFuture<HttpResponse<String>> getAsync(String path, String... headers) {
        var request = site.to(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return site.client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void awaitWaiters(int count) {
        await().until(() ->
                json(site.admin("GET", "/admin/status")).get("waitingCalls").intValue() == count);
    }

    private static String status(CompletableFuture<HttpResponse<String>> answer) throws Exception {
        return json(answer.get(Site.PATIENCE, TimeUnit.SECONDS)).get("status").stringValue();
    }

    private static void write(Job job, String content) throws Exception {
        try (OutputStream out = job.format("csv", "text/csv")) {
            out.write(content.getBytes(UTF_8));
        }
    }

    /** A stream of events as a client reads it, without a thread of its own. */
    private final class Events {
        private static final String END = "end";
        private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        private volatile String lastId = "";

        Events(String path) {
            var unused = site.client
                    .sendAsync(
                            site.to(path).build(),
                            HttpResponse.BodyHandlers.fromLineSubscriber(new Flow.Subscriber<>() {
                                @Override
                                public void onSubscribe(Flow.Subscription subscription) {
                                    subscription.request(Long.MAX_VALUE);
                                }

                                @Override
                                public void onNext(String line) {
                                    if (line.startsWith("data: ")) {
                                        events.add(line);
                                    } else if (line.startsWith("id: ")) {
                                        lastId = line.substring(4);
                                    }
                                }

                                @Override
                                public void onError(Throwable problem) {
                                    events.add(String.valueOf(problem));
                                }

                                @Override
                                public void onComplete() {
                                    events.add(END);
                                }
                            }))
                    .exceptionally(problem -> null);
        }

        String next() throws InterruptedException {
            return String.valueOf(events.poll(Site.PATIENCE, TimeUnit.SECONDS));
        }

        List<String> all() throws InterruptedException {
            List<String> rest = new ArrayList<>();
            for (String event = next(); !event.equals(END); event = next()) {
                rest.add(event);
            }
            return rest;
        }
    }
}
