package org.armlib.bootstrap.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.armlib.domain.InvalidRequestException;

/**
 * A small interactive API, as somebody might run it who wants a batch mode for it: four years of Seattle's daily
 * weather, as rows and as summaries. It listens on the loopback interface only. The same call gets the same bytes.
 *
 * <pre>
 * GET /weather?year=2012&amp;month=3&amp;type=rain&amp;format=csv|json
 * GET /weather/summary?by=month|year|type&amp;year=2013&amp;month=7&amp;type=sun&amp;format=csv|json
 * </pre>
 *
 * All parameters may be left out; year, month and type may be repeated. What is wrong is answered with 400 or 404 and a
 * problem (RFC 9457) that says why. Thread-safe.
 */
public final class SampleApi implements AutoCloseable {
    /** How long an answer takes unless said otherwise: long enough to watch a queue being worked off. */
    public static final Duration DEFAULT_DELAY = Duration.ofMillis(20);

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int THREADS = 4;
    private static final List<String> FORMATS = List.of("csv", "json");
    private static final String INDEX = """
            Daily weather of Seattle, 2012 to 2015. Source: NOAA.
            GET /weather?year=2012&month=3&type=rain&format=csv|json
            GET /weather/summary?by=month|year|type&year=2013&month=7&type=sun&format=csv|json
            """;

    private final Weather weather;
    private final Duration delay;
    private final HttpServer server;
    private final ExecutorService threads;
    private final CountDownLatch closed = new CountDownLatch(1);

    private record Answer(int status, String mediaType, String body) {}

    private SampleApi(Weather weather, Duration delay, HttpServer server) {
        this.weather = weather;
        this.delay = delay;
        this.server = server;
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "sample-api-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts the API on a free port.
     *
     * @param delay what every answer takes on top of its computation, at least zero
     * @throws IOException if the data cannot be read, or no port be opened
     */
    public static SampleApi start(Duration delay) throws IOException {
        Weather weather = Weather.load();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0), 0);
        SampleApi api = new SampleApi(weather, delay, server);
        server.createContext("/", api::handle);
        server.setExecutor(api.threads);
        server.start();
        return api;
    }

    /** The address, {@code http://127.0.0.1:port}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Whether the API answers a GET of this path and query with an error. */
    public boolean isRefused(URI pathAndQuery) {
        return answer("GET", pathAndQuery).status() >= 400;
    }

    /** Stops answering; calls under way are broken off. */
    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (closed.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
            send(exchange, answer(exchange.getRequestMethod(), exchange.getRequestURI()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answer(String method, URI uri) {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return problem(405, "Method Not Allowed", "only GET and HEAD are answered here");
        }
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        try {
            return switch (uri.getRawPath()) {
                case "/" -> new Answer(200, "text/plain; charset=utf-8", INDEX);
                case "/weather" -> rows(query);
                case "/weather/summary" -> summary(query);
                default -> problem(404, "Not Found", "there are /weather and /weather/summary");
            };
        } catch (InvalidRequestException e) {
            return problem(400, "Bad Request", Objects.requireNonNullElse(e.getMessage(), e.field()));
        }
    }

    private Answer rows(String rawQuery) {
        Query query = new Query(rawQuery, Set.of("year", "month", "type", "format"));
        String format = query.one("format", FORMATS);
        return table(weather.rows(query.days()), format);
    }

    private Answer summary(String rawQuery) {
        Query query = new Query(rawQuery, Set.of("by", "year", "month", "type", "format"));
        String format = query.one("format", FORMATS);
        String by = query.one("by", List.of("month", "year", "type"));
        Function<Day, String> group = switch (by) {
            case "year" -> day -> String.valueOf(day.date().getYear());
            case "type" -> Day::weather;
            default -> day -> day.date().toString().substring(0, "2012-01".length());
        };
        return table(weather.summary(by, group, query.days()), format);
    }

    private static Answer table(Table table, String format) {
        return format.equals("json")
                ? new Answer(200, "application/json", table.toJson())
                : new Answer(200, "text/csv; charset=utf-8", table.toCsv());
    }

    private static Answer problem(int status, String title, String detail) {
        String body = "{\"type\":\"about:blank\",\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\""
                + escape(detail) + "\"}\n";
        return new Answer(status, "application/problem+json", body);
    }

    private static String escape(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.mediaType());
        // This server sends head and body apart, and on a connection that stays open the body waits some 40 ms for the
        // client's delayed acknowledgement of the head.
        exchange.getResponseHeaders().set("Connection", "close");
        if (answer.status() == 405) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
