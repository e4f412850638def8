package org.armlib.http.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Phase;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.Submitted;

/** What can be counted here: the queue as it stands, and what this server's callers asked for. Thread-safe. */
final class Metrics {
    static final String CONTENT_TYPE = "text/plain;version=0.0.4;charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Metrics(Backends backends, Watcher watcher, Clock clock) {
        for (Phase phase : Phase.values()) {
            queue(backends, "armlib.requests", "Requests in each state.", overview -> overview.count(phase))
                    .tag("status", phase.label())
                    .register(registry);
        }
        queue(
                        backends,
                        "armlib.oldest.pending",
                        "How long the longest waiting request waits.",
                        overview -> overview.oldestPending()
                                .map(since ->
                                        Duration.between(since, clock.instant()).toMillis() / 1000.0)
                                .orElse(0.0))
                .baseUnit("seconds")
                .register(registry);
        queue(backends, "armlib.workers", "Workers heard of lately.", QueueOverview::workers)
                .register(registry);
        queue(backends, "armlib.suspended", "1 while leasing is suspended.", overview -> overview.suspended() ? 1 : 0)
                .register(registry);
        Gauge.builder("armlib.waiting.calls", watcher, Watcher::waiters)
                .description("Calls of this server that wait, event streams included.")
                .register(registry);
        for (Submitted.How how : Submitted.How.values()) {
            submissions(how);
        }
        for (CachePolicy area : CachePolicy.values()) {
            results(area);
            bytes(area);
        }
    }

    void submitted(Submitted.How how) {
        submissions(how).increment();
    }

    /** A result is sent, or a part of one. */
    void sent(CachePolicy area, long length) {
        results(area).increment();
        bytes(area).increment((double) length);
    }

    /** A call was answered with a problem. */
    void problem(Problem problem) {
        Counter.builder("armlib.problems")
                .description("Calls answered with a problem.")
                .tag("type", problem.token())
                .register(registry)
                .increment();
    }

    /** All of it, in the text format of Prometheus. */
    String text() {
        return registry.scrape();
    }

    private Counter submissions(Submitted.How how) {
        return Counter.builder("armlib.submissions")
                .description("Requests submitted here: answered from the cache, joined to the same request, or queued.")
                .tag("how", lower(how))
                .register(registry);
    }

    private Counter results(CachePolicy area) {
        return Counter.builder("armlib.results")
                .description("Results sent, in whole or in part.")
                .tag("area", area(area))
                .register(registry);
    }

    private Counter bytes(CachePolicy area) {
        return Counter.builder("armlib.results.sent")
                .description("Bytes of results sent.")
                .baseUnit("bytes")
                .tag("area", area(area))
                .register(registry);
    }

    private static Gauge.Builder<Backends> queue(
            Backends backends, String name, String description, ToDoubleFunction<QueueOverview> value) {
        return Gauge.builder(name, backends, asked -> valueOrNone(asked, value)).description(description);
    }

    /** What is not known is not a number; a scrape must not fail because of one gauge. */
    private static double valueOrNone(Backends backends, ToDoubleFunction<QueueOverview> value) {
        try {
            return value.applyAsDouble(backends.overview());
        } catch (ArmlibException e) {
            return Double.NaN;
        }
    }

    private static String area(CachePolicy area) {
        return area == CachePolicy.STICKY ? "persistent" : "temporary";
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
