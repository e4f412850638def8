package org.armlib.http.api;

import static org.armlib.http.api.Routes.Outcome.ANSWERED;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Phase;
import org.armlib.domain.Purge;
import org.armlib.http.api.Routes.Outcome;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Cleared;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import tools.jackson.databind.node.ObjectNode;

/** What administrators do. Thread-safe. */
final class AdminCalls {
    private static final int PRUNE_BATCH = 1000;

    private final QueueManager queue;
    private final CacheManager cache;
    private final Backends backends;
    private final Watcher watcher;
    private final ResultCalls results;
    private final Duration retention;

    AdminCalls(
            QueueManager queue,
            CacheManager cache,
            Backends backends,
            Watcher watcher,
            ResultCalls results,
            Duration retention) {
        this.queue = queue;
        this.cache = cache;
        this.backends = backends;
        this.watcher = watcher;
        this.results = results;
        this.retention = retention;
    }

    Outcome status(Exchange exchange) throws IOException {
        QueueOverview overview = queue.overview();
        ObjectNode body = Json.object().put("leasing", leasing(overview));
        ObjectNode counts = body.putObject("counts");
        for (Phase phase : Phase.values()) {
            counts.put(phase.label(), overview.count(phase));
        }
        overview.oldestPending().ifPresent(time -> body.put("oldestPending", Json.time(time)));
        body.put("pendingEstimate", Json.span(overview.pendingEstimate()))
                .put("workers", overview.workers())
                .put("epoch", cache.epoch().value())
                .put("waitingCalls", watcher.waiters())
                .put("draining", results.isDraining())
                .put("retention", Json.span(retention));
        exchange.send(200, body);
        return ANSWERED;
    }

    Outcome suspend(Exchange exchange) throws IOException {
        queue.suspend();
        return status(exchange);
    }

    Outcome resume(Exchange exchange) throws IOException {
        queue.resume();
        return status(exchange);
    }

    Outcome clearCache(Exchange exchange) throws IOException {
        return cleared(exchange, cache.purge(Purge.ROUTINE));
    }

    Outcome rebuilt(Exchange exchange) throws IOException {
        return cleared(exchange, cache.purge(Purge.REBUILD));
    }

    Outcome prune(Exchange exchange) throws IOException {
        Duration age = exchange.query("age").map(AdminCalls::age).orElse(retention);
        long forgotten = 0;
        int batch;
        do {
            batch = queue.prune(age, PRUNE_BATCH);
            forgotten += batch;
        } while (batch == PRUNE_BATCH);
        exchange.send(200, Json.object().put("forgotten", forgotten));
        return ANSWERED;
    }

    private Outcome cleared(Exchange exchange, Cleared cleared) throws IOException {
        backends.changed();
        exchange.send(
                200,
                Json.object()
                        .put("items", cleared.items())
                        .put("bytes", cleared.bytes())
                        .put("epoch", cache.epoch().value()));
        return ANSWERED;
    }

    private static String leasing(QueueOverview overview) {
        if (!overview.suspended()) {
            return "Running";
        }
        return overview.count(Phase.IN_PROGRESS) > 0 ? "Suspending" : "Suspended";
    }

    private static Duration age(String text) {
        try {
            Duration age = Duration.parse(text);
            if (!age.isNegative()) {
                return age;
            }
        } catch (DateTimeException e) {
            throw noAge();
        }
        throw noAge();
    }

    private static InvalidRequestException noAge() {
        return new InvalidRequestException("age", "is no time span of ISO 8601, such as P7D");
    }
}
