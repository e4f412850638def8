package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.armlib.application.RequestWorker;
import org.armlib.application.StandardRequestManager;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.Backoff;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.armlib.http.metrics.RequestMetrics;
import org.armlib.http.server.HttpServer;
import org.armlib.http.server.HttpServerSettings;
import org.armlib.memory.MemCacheManager;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.CacheManager;
import org.armlib.ports.HoldSource;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.RequestValidator;
import org.armlib.ports.ResultWriter;
import org.armlib.spi.Server;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running server on a real port, and what tests do with it. */
final class Site implements AutoCloseable {
    static final String TOKEN = "an-admin-token-of-tests";
    static final int THREADS = 8;

    /** Seconds that nothing takes, however busy the machine is. */
    static final int PATIENCE = 120;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    static final RetryPolicy POLICY = new RetryPolicy(2, Backoff.fixed(Duration.ofMillis(1)), Duration.ofMinutes(1));

    final QueueManager queue;
    final CacheManager cache;
    final StandardRequestManager requests;
    final Server server;
    final URI address;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RequestMetrics metrics = new RequestMetrics(registry);
    private final List<RequestWorker> workers = new ArrayList<>();

    static {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(PATIENCE));
    }

    /** Makes a server of the API. */
    @FunctionalInterface
    interface Container {
        Server server(
                RequestManager requests,
                QueueManager queue,
                CacheManager cache,
                Clock clock,
                HttpServerSettings settings,
                MeterRegistry registry);
    }

    Site(Container container, QueueManager queue, CacheManager cache, HttpServerSettings settings) {
        this(container, queue, cache, settings, RequestValidator.NONE);
    }

    Site(
            Container container,
            QueueManager queue,
            CacheManager cache,
            HttpServerSettings settings,
            RequestValidator validator) {
        this.queue = queue;
        this.cache = cache;
        Clock clock = Clock.systemUTC();
        requests = new StandardRequestManager(queue, cache, clock, HoldSource.NONE, validator, metrics);
        server = container.server(requests, queue, cache, clock, settings, registry);
        address = server.start();
    }

    Site(QueueManager queue, CacheManager cache, HttpServerSettings settings) {
        this(HttpServer::new, queue, cache, settings);
    }

    Site(Container container, HttpServerSettings settings) {
        this(container, newQueue(), new MemCacheManager(Clock.systemUTC()), settings);
    }

    Site(Container container, RequestValidator validator) {
        this(
                container,
                newQueue(),
                new MemCacheManager(Clock.systemUTC()),
                settings(ApiSettings.DEFAULT.withAdminToken(TOKEN)),
                validator);
    }

    Site(HttpServerSettings settings) {
        this(HttpServer::new, settings);
    }

    Site(Container container) {
        this(container, settings(ApiSettings.DEFAULT.withAdminToken(TOKEN)));
    }

    Site() {
        this(HttpServer::new);
    }

    /** A small server that stops at once. */
    static HttpServerSettings settings(ApiSettings api) {
        return settings(api, Duration.ofSeconds(30), Duration.ZERO);
    }

    static HttpServerSettings settings(ApiSettings api, Duration idle, Duration grace) {
        return new HttpServerSettings("127.0.0.1", 0, THREADS, idle, Duration.ZERO, grace, api);
    }

    static MemQueueManager newQueue() {
        return new MemQueueManager(POLICY, Duration.ofDays(1), Clock.systemUTC());
    }

    RequestWorker work(int threads, RequestProcessor processor) {
        RequestWorker worker = new RequestWorker(
                queue, cache, processor, WorkerOptions.of("site", threads, POLICY), Clock.systemUTC(), metrics);
        workers.add(worker);
        worker.start();
        return worker;
    }

    /** Has the queue see a worker that waits for work; without one there is no ETA. */
    void showWorker() throws InterruptedException {
        assertThat(queue.lease(new WorkerId("by-hand"), 1, Duration.ZERO)).isEmpty();
    }

    LeasedRequest lease() throws InterruptedException {
        List<LeasedRequest> leased = queue.lease(new WorkerId("by-hand"), 1, Duration.ofSeconds(PATIENCE));
        assertThat(leased).hasSize(1);
        return leased.get(0);
    }

    /** Runs the next request by hand: its result has each of {@code formats}, a name and content by turns. */
    LeasedRequest runOne(String... formats) throws IOException, InterruptedException {
        LeasedRequest leased = lease();
        try (ResultWriter writer = cache.write(leased)) {
            for (int i = 0; i < formats.length; i += 2) {
                String type = formats[i].equals("csv") ? "text/csv" : "application/" + formats[i];
                try (OutputStream out = writer.format(formats[i], type)) {
                    out.write(formats[i + 1].getBytes(UTF_8));
                }
            }
            writer.commit();
        }
        queue.complete(leased.lease());
        return leased;
    }

    /** Submits, and runs. */
    String complete(String key, String... formats) throws IOException, InterruptedException {
        assertThat(post("/requests", "{\"requestUri\": \"/r\", \"key\": \"" + key + "\"}")
                        .statusCode())
                .isEqualTo(202);
        runOne(formats);
        return key;
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(address + path.substring(1))).timeout(Duration.ofSeconds(PATIENCE));
    }

    HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws IOException, InterruptedException {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(to(path).GET(), headers);
    }

    HttpResponse<String> head(String path, String... headers) throws IOException, InterruptedException {
        return send(to(path).method("HEAD", HttpRequest.BodyPublishers.noBody()), headers);
    }

    HttpResponse<String> post(String path, String json, String... headers) throws IOException, InterruptedException {
        return send(
                to(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json)),
                headers);
    }

    HttpResponse<String> call(String method, String path, String... headers) throws IOException, InterruptedException {
        return send(to(path).method(method, HttpRequest.BodyPublishers.noBody()), headers);
    }

    HttpResponse<String> admin(String method, String path) throws IOException, InterruptedException {
        return call(method, path, "Authorization", "Bearer " + TOKEN);
    }

    /** What the server answers to bytes that no client would send. */
    String raw(String request) throws IOException {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(PATIENCE * 1000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** What the server answers to a request of these header lines. */
    String rawLines(String... lines) throws IOException {
        return raw(String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n");
    }

    static JsonNode json(HttpResponse<String> response) {
        return MAPPER.readTree(response.body());
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        server.close();
        workers.forEach(RequestWorker::close);
        cache.close();
        queue.close();
    }
}
