package org.armlib.http.api;

import static org.armlib.http.api.Routes.Outcome.ANSWERED;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Purge;
import org.armlib.http.api.Routes.Outcome;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Cleared;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;

/** What administrators do. Thread-safe. */
final class AdminCalls {
    private static final int PRUNE_BATCH = 1000;

    private final RequestManager requests;
    private final QueueManager queue;
    private final CacheManager cache;
    private final Backends backends;
    private final ServerForm form;
    private final Runnable whenCleared;
    private final Duration retention;

    /**
     * Calls for {@code queue} and {@code cache}, and the hold that {@code requests} reports.
     *
     * @param whenCleared called after results were removed
     */
    AdminCalls(
            RequestManager requests,
            QueueManager queue,
            CacheManager cache,
            Backends backends,
            ServerForm form,
            Runnable whenCleared,
            Duration retention) {
        this.requests = requests;
        this.queue = queue;
        this.cache = cache;
        this.backends = backends;
        this.form = form;
        this.whenCleared = whenCleared;
        this.retention = retention;
    }

    Outcome status(Exchange exchange) throws IOException {
        exchange.send(200, form.of(queue.overview(), cache.epoch(), requests.hold()));
        return ANSWERED;
    }

    Outcome suspend(Exchange exchange) throws IOException {
        queue.suspend();
        backends.changed();
        return status(exchange);
    }

    Outcome resume(Exchange exchange) throws IOException {
        queue.resume();
        backends.changed();
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
        whenCleared.run();
        exchange.send(
                200,
                Json.object()
                        .put("items", cleared.items())
                        .put("bytes", cleared.bytes())
                        .put("epoch", cache.epoch().value()));
        return ANSWERED;
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
