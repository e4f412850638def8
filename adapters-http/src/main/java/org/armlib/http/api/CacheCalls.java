package org.armlib.http.api;

import static org.armlib.http.api.Routes.Outcome.ANSWERED;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.http.api.Routes.Outcome;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Page;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the cache holds, for administrators: counted and listed when they ask, since no cache keeps count. Thread-safe. */
final class CacheCalls {
    private static final Map<String, CachePolicy> AREAS = new TreeMap<>(
            Map.of(CachePolicy.TEMPORARY.area(), CachePolicy.TEMPORARY, CachePolicy.STICKY.area(), CachePolicy.STICKY));
    private static final int PAGE = 500;
    private static final int MOST_COUNTED = 10_000;

    /** A store that answers slowly must not keep the caller waiting until the connection is given up. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

    private final CacheManager cache;
    private final StatusForm form;

    CacheCalls(CacheManager cache, StatusForm form) {
        this.cache = cache;
        this.form = form;
    }

    /** The areas in numbers, or with {@code ?area=} a page of the results in one. */
    Outcome cache(Exchange exchange) throws IOException {
        Optional<String> area = exchange.query("area");
        exchange.send(200, area.isPresent() ? page(exchange, area.get()) : counts());
        return ANSWERED;
    }

    private ObjectNode counts() {
        ObjectNode body = Json.object().put("epoch", cache.epoch().value());
        ObjectNode areas = body.putObject("areas");
        long begun = System.nanoTime();
        AREAS.forEach((name, policy) -> count(areas.putObject(name), policy, begun));
        return body;
    }

    private void count(ObjectNode node, CachePolicy area, long begun) {
        long results = 0;
        long bytes = 0;
        Optional<String> cursor = Optional.empty();
        boolean more;
        do {
            Page<Manifest> page = cache.list(area, cursor, PAGE);
            for (Manifest manifest : page.items()) {
                results++;
                bytes += manifest.storedLength();
            }
            cursor = page.next();
            more = cursor.isPresent();
        } while (more && results < MOST_COUNTED && System.nanoTime() - begun < PATIENCE_NANOS);
        node.put("results", results).put("bytes", bytes).put("complete", !more);
    }

    private ObjectNode page(Exchange exchange, String area) {
        CachePolicy policy = Optional.ofNullable(AREAS.get(area))
                .orElseThrow(
                        () -> new InvalidRequestException("area", "is none of " + String.join(", ", AREAS.keySet())));
        Page<Manifest> page = cache.list(policy, exchange.query("cursor"), exchange.limit());
        ObjectNode body = Json.object();
        ArrayNode items = body.putArray("items");
        page.items()
                .forEach(manifest ->
                        items.add(form.of(manifest, exchange.link("")).put("area", area)));
        page.next().ifPresent(next -> body.put("next", next));
        return body;
    }
}
