package org.armlib.http.api;

import static org.armlib.http.api.Site.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.armlib.application.StandardRequestManager;
import org.armlib.domain.Failure;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.Purge;
import org.armlib.memory.MemCacheManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The description and the server say the same: each answer that is described is asked for, and looked at. */
class OpenApiTest {
    private static final String SUBMIT = "Bearer a-submit-token-of-tests";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final Site site = new Site();
    private final Set<String> seen = new TreeSet<>();
    private JsonNode document = MAPPER.createObjectNode();

    @BeforeEach
    void read() throws Exception {
        HttpResponse<String> answer = site.get("/openapi.json");
        assertThat(answer.statusCode()).isEqualTo(200);
        document = Site.json(answer);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void every_route_is_described_and_nothing_else() {
        StandardRequestManager requests = new StandardRequestManager(site.queue, site.cache, Clock.systemUTC());
        ApiServlet servlet = new ApiServlet(
                requests, site.queue, site.cache, Clock.systemUTC(), ApiSettings.DEFAULT, new SimpleMeterRegistry());
        try {
            assertThat(operations().map(Operation::name).toList())
                    .containsExactlyInAnyOrderElementsOf(servlet.routes().stream()
                            // The way to the page from where a browser's user may have left out the slash.
                            .filter(route -> !route.template().isEmpty())
                            .map(route -> route.method() + " " + route.template())
                            .toList());
        } finally {
            servlet.destroy();
        }
    }

    @Test
    void every_reference_leads_somewhere() {
        List<String> references = document.findValuesAsString("$ref");
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void every_answer_is_as_described() throws Exception {
        submissions();
        watching();
        batches();
        results();
        administration();
        theServerItself();
        refusalsOfOtherServers();
        redirects();

        assertThat(operations()
                        .flatMap(operation -> operation.answers().stream())
                        .toList())
                .as("answers that are described, but for those to any call")
                .isSubsetOf(seen);
    }

    private void submissions() throws Exception {
        String body = "{\"requestUri\": \"/r\", \"parameters\": {\"a\": [\"b\", \"\"]}, \"key\": \"k\"}";
        check("POST /requests", 202, site.post("/requests", body));
        site.runOne("csv", "0123456789");
        check("POST /requests", 200, site.post("/requests", body));
        check("POST /requests", 409, site.post("/requests", body.replace("/r", "/other")));
        check("POST /requests", 422, site.post("/requests", "{}"));
        check("POST /requests", 413, site.post("/requests", "x".repeat(ApiSettings.DEFAULT.maxBody() + 1)));
        check("POST /requests", 415, site.call("POST", "/requests"));
        check("POST /requests", 400, site.post("/requests", "{"));
        check("POST /requests/{key}/resubmit", 202, site.call("POST", "/requests/k/resubmit"));
        check("POST /requests/{key}/resubmit", 404, site.call("POST", "/requests/nobody/resubmit"));
        check("DELETE /requests/{key}", 200, site.call("DELETE", "/requests/k"));
        check("DELETE /requests/{key}", 404, site.call("DELETE", "/requests/nobody"));
    }

    private void watching() throws Exception {
        site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"w\"}");
        check("GET /requests", 200, site.get("/requests?limit=1"));
        check("GET /requests", 422, site.get("/requests?limit=x"));
        check("GET /requests/{key}", 200, site.get("/requests/w"));
        check("GET /requests/{key}", 304, site.get("/requests/w", "If-None-Match", "*"));
        check("GET /requests/{key}", 404, site.get("/requests/nobody"));
        check("GET /requests/{key}", 422, site.get("/requests/w?wait=x"));
        var leased = site.lease();
        site.queue.progress(leased.lease(), new Progress(0.25, "a quarter"));
        check("GET /requests/{key}", 200, site.get("/requests/w"));
        site.queue.fail(leased.lease(), Failure.permanent("no"));
        check("GET /requests/{key}", 200, site.get("/requests/w"));
        for (Phase phase : Phase.values()) {
            check("GET /requests", 200, site.get("/requests?status=" + phase.label()));
            check("GET /overview", 200, site.get("/overview?window=" + phase.label() + ",1"));
        }
        HttpResponse<String> overview = site.get("/overview");
        check("GET /overview", 200, overview);
        check("GET /overview", 304, site.get("/overview", "If-None-Match", header(overview, "ETag")));
        check("GET /overview", 422, site.get("/overview?window=Pending"));
        HttpResponse<String> events = site.get("/requests/w/events");
        check("GET /requests/{key}/events", 200, events);
        String id = events.body()
                .lines()
                .filter(line -> line.startsWith("id: "))
                .findFirst()
                .orElseThrow();
        String data = events.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .findFirst()
                .orElseThrow();
        validate("GET /requests/{key}/events", reference("Status"), MAPPER.readTree(data.substring(6)));
        check("GET /requests/{key}/events", 204, site.get("/requests/w/events", "Last-Event-ID", id.substring(4)));
        check("GET /requests/{key}/events", 404, site.get("/requests/nobody/events"));
    }

    private void batches() throws Exception {
        for (String method : List.of("GET", "POST")) {
            String call = method + " /batch/{path}";
            String key = "_key=batch-" + method;
            check(call, 202, site.call(method, "/batch/a?" + key, "Prefer", "respond-async"));
            check(call, 409, site.call(method, "/batch/other?" + key));
            check(call, 422, site.call(method, "/batch/a?_sticky=x"));
            check(call, 413, site.call(method, "/batch/a?a=" + "x".repeat(20_000)));
            site.runOne("csv", "c");
            check(call, 200, site.call(method, "/batch/a?" + key));
            check(call, 200, site.call(method, "/batch/a?" + key, "Prefer", "wait=9"));
            check(call, 404, site.call(method, "/batch/a?_format=xlsx&" + key, "Prefer", "wait=9"));
            check(call, 406, site.call(method, "/batch/a?" + key, "Prefer", "wait=9", "Accept", "image/png"));
            CompletableFuture<HttpResponse<String>> failed = site.client.sendAsync(
                    site.to("/batch/failing-" + method)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .header("Prefer", "wait=50")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            site.queue.fail(site.lease().lease(), Failure.permanent("no"));
            check(call, 502, failed.get(Site.PATIENCE, TimeUnit.SECONDS));
        }
        HttpRequest.Builder large = site.to("/batch/a")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("a".repeat(ApiSettings.DEFAULT.maxBody() + 1)));
        check("POST /batch/{path}", 413, site.send(large));
        check("POST /batch/{path}", 415, site.post("/batch/a", "{}"));
    }

    private void results() throws Exception {
        String call = "GET /results/{name}";
        site.complete("r", "csv", "0123456789");
        HttpResponse<String> whole = site.get("/results/r.csv");
        check(call, 200, whole);
        check(call, 206, site.get("/results/r", "Range", "bytes=1-2"));
        check(call, 304, site.get("/results/r", "If-None-Match", header(whole, "ETag")));
        check(call, 404, site.get("/results/nobody"));
        check(call, 404, site.get("/results/r.xlsx"));
        check(call, 404, site.get("/results/w"));
        check(call, 406, site.get("/results/r", "Accept", "image/png"));
        check(call, 412, site.get("/results/r", "If-Match", "\"x\""));
        check(call, 416, site.get("/results/r", "Range", "bytes=10-"));
        site.cache.purge(Purge.REBUILD);
        check(call, 410, site.get("/results/r"));
    }

    private void administration() throws Exception {
        for (String path : List.of("suspend", "resume", "clear-cache", "rebuilt", "prune")) {
            check("POST /admin/" + path, 200, site.admin("POST", "/admin/" + path));
            check("POST /admin/" + path, 401, site.call("POST", "/admin/" + path));
        }
        check("POST /admin/prune", 422, site.admin("POST", "/admin/prune?age=x"));
        check("GET /admin/status", 200, site.admin("GET", "/admin/status"));
        check("GET /admin/status", 401, site.get("/admin/status"));
        site.complete("counted", "csv", "0123456789");
        check("GET /admin/cache", 200, site.admin("GET", "/admin/cache"));
        check("GET /admin/cache", 200, site.admin("GET", "/admin/cache?area=temporary&limit=1"));
        check("GET /admin/cache", 401, site.get("/admin/cache"));
        check("GET /admin/cache", 422, site.admin("GET", "/admin/cache?area=x"));
    }

    private void theServerItself() throws Exception {
        check("GET /health/live", 200, site.get("/health/live"));
        check("GET /health/ready", 200, site.get("/health/ready"));
        check("GET /metrics", 200, site.get("/metrics"));
        for (String path : List.of("/", "/openapi.json", "/console/index.html")) {
            String call = path.startsWith("/console/") ? "GET /console/{file}" : "GET " + path;
            HttpResponse<String> answer = site.get(path);
            check(call, 200, answer);
            check(call, 304, site.get(path, "If-None-Match", header(answer, "ETag")));
        }
        check("GET /console/{file}", 404, site.get("/console/nothing.css"));
    }

    /** What only servers say that send to the store behind the cache. */
    private void redirects() throws Exception {
        ApiSettings redirecting = ApiSettings.DEFAULT.withRedirectFor(Duration.ofMinutes(5));
        try (Site other = new Site(
                Site.newQueue(),
                SigningCache.over(new MemCacheManager(Clock.systemUTC())),
                Site.settings(redirecting))) {
            other.complete("k", "csv", "0123456789");
            check("GET /results/{name}", 307, other.get("/results/k"));
            other.call("GET", "/batch/r?_key=b");
            other.runOne("csv", "c");
            for (String method : List.of("GET", "POST")) {
                check(
                        method + " /batch/{path}",
                        method.equals("GET") ? 307 : 303,
                        other.call(method, "/batch/r?_key=b", "Prefer", "wait=9"));
            }
        }
    }

    /** What only servers say that are guarded, full, or about to stop. */
    private void refusalsOfOtherServers() throws Exception {
        ApiSettings small = ApiSettings.builder()
                .submitToken(SUBMIT.substring(7))
                .maxBody(1000)
                .maxQueue(1)
                .maxWait(Duration.ofSeconds(5))
                .maxWaiters(0)
                .pollInterval(Duration.ofMillis(100))
                .retention(Duration.ofDays(1))
                .build();
        try (Site other = new Site(Site.newQueue(), new MemCacheManager(Clock.systemUTC()), Site.settings(small))) {
            String body = "{\"requestUri\": \"/r\", \"key\": \"k\"}";
            check("POST /requests", 202, other.post("/requests", body, "Authorization", SUBMIT));
            check("POST /requests", 401, other.post("/requests", body));
            check("POST /requests/{key}/resubmit", 401, other.call("POST", "/requests/k/resubmit"));
            check("DELETE /requests/{key}", 401, other.call("DELETE", "/requests/k"));
            check("POST /requests", 429, other.post("/requests", "{\"requestUri\": \"/s\"}", "Authorization", SUBMIT));
            check(
                    "POST /requests/{key}/resubmit",
                    429,
                    other.call("POST", "/requests/j/resubmit", "Authorization", SUBMIT));
            for (String method : List.of("GET", "POST")) {
                check(method + " /batch/{path}", 401, other.call(method, "/batch/a"));
                check(method + " /batch/{path}", 429, other.call(method, "/batch/a", "Authorization", SUBMIT));
            }
            check("GET /requests/{key}", 503, other.get("/requests/k?wait=5"));
            check("GET /requests/{key}/events", 503, other.get("/requests/k/events"));
            other.queue.close();
            await().until(() -> other.get("/health/ready").statusCode() == 503);
            check("GET /health/ready", 503, other.get("/health/ready"));
        }
        var settings = new org.armlib.http.server.HttpServerSettings(
                "127.0.0.1",
                0,
                Site.THREADS,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ZERO,
                ApiSettings.DEFAULT);
        try (Site draining = new Site(settings)) {
            draining.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}");
            Thread closing = new Thread(draining.server::close);
            closing.start();
            await().until(() -> draining.get("/health/ready").statusCode() == 503);
            check("POST /requests", 503, draining.post("/requests", "{\"requestUri\": \"/s\"}"));
            check("POST /requests/{key}/resubmit", 503, draining.call("POST", "/requests/k/resubmit"));
            closing.interrupt();
            closing.join();
        }
    }

    /** One call of the description. */
    private record Operation(String name, JsonNode node) {
        Set<String> answers() {
            return node.get("responses").propertyNames().stream()
                    .filter(status -> !status.equals("default"))
                    .map(status -> name + " " + status)
                    .collect(Collectors.toSet());
        }
    }

    private Stream<Operation> operations() {
        return document.get("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(method -> new Operation(
                                method.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                method.getValue())));
    }

    private void check(String call, int status, HttpResponse<String> answer) {
        String what = call + " " + status + ": " + answer.body();
        assertThat(answer.statusCode()).as(what).isEqualTo(status);
        seen.add(call + " " + status);
        JsonNode responses = operations()
                .filter(operation -> operation.name().equals(call))
                .findFirst()
                .orElseThrow()
                .node()
                .get("responses");
        JsonNode described = responses.has(String.valueOf(status))
                ? responses.get(String.valueOf(status))
                : responses.get("default");
        if (described.has("headers")) {
            for (Map.Entry<String, JsonNode> expected : described.get("headers").properties()) {
                JsonNode form = resolved(expected.getValue());
                String value = header(answer, expected.getKey());
                if (form.get("required").booleanValue() || !value.isEmpty()) {
                    assertThat(value).as(what + " " + expected.getKey()).isNotEmpty();
                    boolean number = form.at("/schema/type").asString().equals("integer");
                    validate(
                            what + " " + expected.getKey(),
                            form.get("schema"),
                            number
                                    ? MAPPER.getNodeFactory().numberNode(Long.parseLong(value))
                                    : MAPPER.getNodeFactory().stringNode(value));
                }
            }
        }
        if (described.has("content")) {
            String type = header(answer, "Content-Type").split(";", 2)[0];
            JsonNode content = described.get("content");
            JsonNode body = content.has(type) ? content.get(type) : content.get("*/*");
            assertThat(body).as(what + " is " + type).isNotNull();
            if (type.endsWith("json")) {
                validate(what, body.get("schema"), Site.json(answer));
            }
        } else {
            assertThat(answer.body()).as(what).isEmpty();
        }
    }

    private void validate(String what, JsonNode schema, JsonNode value) {
        ObjectNode complete = MAPPER.createObjectNode();
        complete.setAll((ObjectNode) schema);
        complete.set("components", document.get("components"));
        Schema compiled = SCHEMAS.getSchema(complete);
        assertThat(compiled.validate(
                        value, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
                .as(what)
                .isEmpty();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").stringValue().substring(1)) : node;
    }

    private static JsonNode reference(String schema) {
        return MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + schema);
    }
}
