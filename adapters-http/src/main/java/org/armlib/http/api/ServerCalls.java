package org.armlib.http.api;

import static org.armlib.http.api.Routes.Outcome.ANSWERED;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.armlib.application.HealthCheck;
import org.armlib.http.api.Routes.Outcome;
import org.armlib.ports.Health;

/** The server's own: whether it works, its description, and the console page. Thread-safe. */
final class ServerCalls {
    private static final int MAX_FILE_NAME = 100;
    private static final Pattern FILE_NAME = Pattern.compile("(console/)?[a-z0-9-]++(?:\\.[a-z0-9-]++)*+");
    private static final String HTML = "text/html;charset=utf-8";
    private static final Map<String, String> TYPES = Map.of(
            "html", HTML,
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "json", Exchange.JSON,
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon");

    private final HealthCheck health;
    private final ResultCalls results;
    private final Metrics metrics;
    private final Map<String, ClassPathFile> files = new ConcurrentHashMap<>();
    private final boolean allMeters;

    ServerCalls(HealthCheck health, ResultCalls results, Metrics metrics, boolean allMeters) {
        this.health = health;
        this.results = results;
        this.metrics = metrics;
        this.allMeters = allMeters;
    }

    Outcome live(Exchange exchange) throws IOException {
        exchange.send(200, Json.object().put("status", "up"));
        return ANSWERED;
    }

    Outcome ready(Exchange exchange) throws IOException {
        if (results.isDraining()) {
            throw Problem.DRAINING.because("the server takes no further requests");
        }
        String down = health.check().parts().stream()
                .filter(part -> !part.isUp())
                .map(Health.Part::name)
                .collect(Collectors.joining(", "));
        if (!down.isEmpty()) {
            throw Problem.BACKEND_UNAVAILABLE.because("not ready: " + down);
        }
        exchange.send(200, Json.object().put("status", "ready"));
        return ANSWERED;
    }

    Outcome metrics(Exchange exchange) throws IOException {
        String text = metrics.text(allMeters)
                .orElseThrow(() -> Problem.NOT_FOUND.because("what this server measures is not for Prometheus"));
        exchange.send(200, Metrics.CONTENT_TYPE, text.getBytes(StandardCharsets.UTF_8));
        return ANSWERED;
    }

    Outcome description(Exchange exchange) throws IOException {
        return resource(exchange, "openapi.json");
    }

    /** The page's own links begin where the page is, so that it must be at the slash. */
    Outcome home(Exchange exchange) {
        exchange.header("Location", exchange.link("/"));
        exchange.response().setStatus(308);
        return ANSWERED;
    }

    Outcome page(Exchange exchange) throws IOException {
        // Its own files and this server are all that the page may use; nothing in it is run but what stands in a file.
        exchange.header(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                        + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
        return resource(exchange, "console/index.html");
    }

    Outcome file(Exchange exchange) throws IOException {
        return resource(exchange, "console/" + exchange.part());
    }

    /** A file of the class path; its name is checked, since it comes from outside. */
    private Outcome resource(Exchange exchange, String name) throws IOException {
        String type = name.length() > MAX_FILE_NAME ? null : TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null || !FILE_NAME.matcher(name).matches()) {
            throw Problem.NOT_FOUND.because("there is no such file");
        }
        // Names that lead nowhere are not kept: there is no end of them.
        ClassPathFile known = files.get(name);
        ClassPathFile file = known != null
                ? known
                : ClassPathFile.read(name, type).orElseThrow(() -> Problem.NOT_FOUND.because("there is no such file"));
        files.put(name, file);
        file.send(exchange);
        return ANSWERED;
    }
}
