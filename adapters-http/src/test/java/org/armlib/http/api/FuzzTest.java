package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.KeyConflictException;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.WorkerId;
import org.armlib.memory.MemCacheManager;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever is sent, the server answers as it is described, and in no case with an error of its own. The build makes the same
 * calls each time; {@code -Darmlib.battery=full} makes more of them, others each time, {@code -Darmlib.fuzz.seed=N} those of
 * one seed again, and {@code -Darmlib.fuzz.calls=N} as many as that.
 */
class FuzzTest {
    private static final int MANY = 10_000;
    private static final boolean FULL = "full".equals(System.getProperty("armlib.battery"));
    private static final int CALLS = Integer.getInteger("armlib.fuzz.calls", FULL ? MANY : 2_000);
    private static final long USUAL_SEED = 1;
    private static final int CALLS_PER_SITE = 1_000;
    private static final String SUBMIT = "a-submit-token-of-tests";
    private static final List<String> KEYS = List.of("k0", "k1", "k2", "k3", "dot.ted", "nobody", "~!$&'()*+,;=:@");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** What the description allows any call to be answered with. */
    private static final Set<Integer> ANY = Set.of(400, 403, 405, 414, 417, 431);

    @Test
    void nothing_that_is_sent_breaks_the_server() throws Exception {
        long seed = Long.getLong("armlib.fuzz.seed", FULL ? new Random().nextLong() : USUAL_SEED);
        Set<String> seen = new TreeSet<>();
        for (int done = 0; done < CALLS; done += CALLS_PER_SITE) {
            // The first site has the seed itself: a failure's seed makes that site again.
            seen.addAll(fuzz(seed + done));
        }
        if (CALLS >= MANY) {
            checkReach(seen, seed);
        }
    }

    /** Calls that never get past the door would prove nothing. */
    private static void checkReach(Set<String> seen, long seed) {
        assertThat(seen)
                .as("seed %d", seed)
                .contains(
                        "POST /requests 202",
                        "POST /requests 409",
                        "POST /requests 413",
                        "POST /requests 415",
                        "POST /requests 422",
                        "GET /requests 200",
                        "GET /requests/{key} 200",
                        "GET /requests/{key} 304",
                        "DELETE /requests/{key} 200",
                        "POST /requests/{key}/resubmit 202",
                        "GET /requests/{key}/events 200",
                        "GET /batch/{path} 202",
                        "POST /batch/{path} 202",
                        "GET /results/{name} 200",
                        "GET /results/{name} 404",
                        "POST /admin/rebuilt 200",
                        "POST /admin/prune 200",
                        "GET / 200");
    }

    private static Set<String> fuzz(long seed) throws Exception {
        Set<String> seen = new TreeSet<>();
        try (Site site = site();
                RawClient client = new RawClient(site.address)) {
            JsonNode document = Site.json(site.get("/openapi.json"));
            String page = site.get("/").body();
            FuzzCalls calls = new FuzzCalls(document, seed, KEYS, List.of(Site.TOKEN, SUBMIT));
            Set<Integer> anyRoute = new TreeSet<>();
            calls.operations().forEach(operation -> anyRoute.addAll(operation.statuses()));
            Random work = new Random(seed);
            for (int i = 0; i < CALLS_PER_SITE; i++) {
                if (work.nextInt(2) == 0) {
                    work(site, work);
                }
                FuzzCalls.Call call = calls.next();
                String what = "seed " + seed + ", call " + i + ": " + call;
                if (call.broken()) {
                    checkBroken(what, RawClient.bytes(site.address, call.bytes()));
                } else {
                    RawClient.Answer answer = answer(client, call, what);
                    Set<Integer> allowed = new TreeSet<>(
                            call.strayed() ? anyRoute : call.operation().statuses());
                    allowed.addAll(ANY);
                    if (call.strayed()) {
                        allowed.addAll(Set.of(204, 308));
                    } else {
                        seen.add(call.operation().method() + " "
                                + call.operation().path() + " " + answer.status());
                    }
                    check(what, call, answer, allowed, page);
                }
            }
            worksStill(site, seed);
        }
        return seen;
    }

    private static Site site() {
        ApiSettings settings = ApiSettings.builder()
                .adminToken(Site.TOKEN)
                .submitToken(SUBMIT)
                .maxBody(20_000)
                .maxQueue(Integer.MAX_VALUE)
                .maxWait(Duration.ofMillis(5))
                .maxWaiters(Integer.MAX_VALUE)
                .pollInterval(Duration.ofMillis(20))
                .retention(Duration.ofDays(1))
                .build();
        return new Site(Site.newQueue(), new MemCacheManager(Clock.systemUTC()), Site.settings(settings));
    }

    /** Takes the next request a step further, if there is one: it is started, fails, or has a result. */
    private static void work(Site site, Random random) throws IOException, InterruptedException {
        if (random.nextInt(4) == 0) {
            submit(site, KEYS.get(random.nextInt(KEYS.size())));
        }
        List<LeasedRequest> leased = site.queue.lease(new WorkerId("fuzz"), 1, Duration.ZERO);
        for (LeasedRequest one : leased) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    // It goes on and on.
                }
                case 1 -> site.queue.fail(one.lease(), Failure.permanent("<script>no</script>\r\nX-Injected: yes"));
                case 2 -> site.queue.fail(one.lease(), Failure.retryable("later"));
                default -> publish(site, one, random);
            }
        }
    }

    /** Something that comes before all that the calls submit. */
    private static void submit(Site site, String key) {
        try {
            site.requests.submit(BatchRequest.of("/r0")
                    .key(new RequestKey(key))
                    .priority(Integer.MAX_VALUE)
                    .build());
        } catch (KeyConflictException e) {
            assertThat(e.retryable())
                    .as("a call was first, with another request")
                    .isFalse();
        }
    }

    private static void publish(Site site, LeasedRequest one, Random random) throws IOException {
        try (ResultWriter writer = site.cache.write(one)) {
            for (String format : random.nextBoolean() ? List.of("csv") : List.of("csv", "tar.gz")) {
                try (var out = writer.format(format, format.equals("csv") ? "text/csv" : "text/html")) {
                    out.write("<script>result</script>"
                            .repeat(random.nextInt(200))
                            .getBytes(UTF_8));
                }
            }
            writer.commit();
        }
        site.queue.complete(one.lease());
    }

    private static RawClient.Answer answer(RawClient client, FuzzCalls.Call call, String what) {
        try {
            return client.call(call.bytes(), call.method().equals("HEAD"));
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    private static void check(
            String what, FuzzCalls.Call call, RawClient.Answer answer, Set<Integer> allowed, String page) {
        String told = what + "\nwas answered " + answer;
        assertThat(answer.status()).as(told).isLessThan(500).isIn(allowed);
        assertThat(answer.headers()).as(told).doesNotContainKeys(FuzzCalls.INJECTED, "Server", "X-Powered-By");
        assertThat(answer.header("X-Content-Type-Options")).as(told).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy")).as(told).contains("default-src 'none'");
        assertThat(answer.header("Referrer-Policy")).as(told).isEqualTo("no-referrer");
        assertThat(answer.header("Cross-Origin-Resource-Policy")).as(told).isEqualTo("same-origin");
        assertThat(answer.body()).as(told).doesNotContain("Exception", "\tat ", "org.eclipse", "java.base");
        String type = answer.header("Content-Type");
        if (answer.status() >= 400) {
            assertThat(type).as(told).isEqualTo("application/problem+json");
            if (!call.method().equals("HEAD")) {
                JsonNode problem = MAPPER.readTree(answer.body());
                assertThat(problem.path("status").intValue()).as(told).isEqualTo(answer.status());
                assertThat(problem.path("title").asString()).as(told).isNotBlank();
                assertThat(problem.path("type").asString()).as(told).isNotBlank();
            }
        } else if (type.startsWith("text/html") && !answer.body().isEmpty() && !isResult(answer)) {
            assertThat(answer.body()).as(told).isEqualTo(page);
        }
    }

    /** A result is what its request made it: it is saved, not shown. */
    private static boolean isResult(RawClient.Answer answer) {
        return answer.header("Content-Disposition").startsWith("attachment")
                && answer.header("Content-Security-Policy").contains("sandbox");
    }

    /** What is no HTTP may be refused without a word, but not with an error that is the server's own. */
    private static void checkBroken(String what, String answer) {
        String told = what + "\nwas answered " + answer;
        if (!answer.isEmpty()) {
            assertThat(answer).as(told).matches("(?s)HTTP/1\\.1 ([234]\\d\\d|501|505) .*");
        }
        assertThat(answer).as(told).doesNotContain("Exception", "\tat ", "org.eclipse", "<h1>", "Server:");
    }

    private static void worksStill(Site site, long seed) throws Exception {
        String what = "after the calls of seed " + seed;
        assertThat(site.get("/health/ready").statusCode()).as(what).isEqualTo(200);
        site.queue.resume();
        List<LeasedRequest> rest = new ArrayList<>();
        do {
            rest.clear();
            rest.addAll(site.queue.lease(new WorkerId("rest"), 1_000, Duration.ZERO));
            rest.forEach(one -> site.requests.cancel(one.request().key()));
        } while (!rest.isEmpty());
        assertThat(site.queue.overview().count(Phase.PENDING)).as(what).isZero();
        String body = "{\"requestUri\": \"/after\", \"key\": \"after\"}";
        assertThat(site.post("/requests", body, "Authorization", "Bearer " + SUBMIT)
                        .statusCode())
                .as(what)
                .isEqualTo(202);
        site.runOne("csv", "it works");
        assertThat(site.get("/results/after.csv").body()).as(what).isEqualTo("it works");
    }
}
