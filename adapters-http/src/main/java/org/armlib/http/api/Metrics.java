package org.armlib.http.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Hold;
import org.armlib.domain.Phase;
import org.armlib.http.metrics.AreaCounter;
import org.armlib.http.metrics.InstanceRegistry;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.RequestManager;

/** What can be counted here: the queue as it stands, and what this server's callers asked for. Thread-safe. */
final class Metrics {
    static final String CONTENT_TYPE = "text/plain;version=0.0.4;charset=utf-8";

    private static final Pattern OF_ARMLIB = Pattern.compile("(# (HELP|TYPE) )?armlib_");

    private final MeterRegistry registry;
    private final AreaCounter results;
    private final AreaCounter bytes;
    private final AreaCounter redirects;

    Metrics(MeterRegistry registry, RequestManager requests, Backends backends, Watcher watcher, Clock clock) {
        this.registry = registry;
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
        for (Hold.Cause cause : Hold.Cause.values()) {
            Gauge.builder(
                            "armlib.held",
                            requests,
                            manager -> manager.hold()
                                    .filter(hold -> hold.by() == cause)
                                    .map(hold -> 1)
                                    .orElse(0))
                    .description("1 while this process leases nothing because of what does not work.")
                    .tag("by", cause.label())
                    .register(registry);
        }
        Gauge.builder("armlib.waiting.calls", watcher, Watcher::waiters)
                .description("Calls of this server that wait, event streams included.")
                .register(registry);
        this.results = AreaCounter.of(registry, "armlib.results", "Results sent, in whole or in part.");
        this.bytes = AreaCounter.ofBytes(registry, "armlib.results.sent", "Bytes of results sent.");
        this.redirects = AreaCounter.of(
                registry, "armlib.results.redirected", "Calls for results that were sent on to the store.");
    }

    /** A result is sent, or a part of one. */
    void sent(CachePolicy area, long length) {
        results.increment(area);
        bytes.add(area, length);
    }

    /** A caller was sent to the store for a result. */
    void redirected(CachePolicy area) {
        redirects.increment(area);
    }

    /** A call was answered with a problem. */
    void problem(Problem problem) {
        Counter.builder("armlib.problems")
                .description("Calls answered with a problem.")
                .tag("type", problem.token())
                .register(registry)
                .increment();
    }

    /**
     * What is measured, in the text format of Prometheus; empty if it goes elsewhere.
     *
     * @param all whether a program's own meters are shown, too
     */
    Optional<String> text(boolean all) {
        boolean alone = registry instanceof InstanceRegistry instance && instance.isAlone();
        return leaves(registry)
                .filter(PrometheusMeterRegistry.class::isInstance)
                .map(PrometheusMeterRegistry.class::cast)
                .map(PrometheusMeterRegistry::scrape)
                .map(text -> all || alone ? text : onlyArmlib(text))
                .findFirst();
    }

    private static Stream<MeterRegistry> leaves(MeterRegistry registry) {
        return registry instanceof CompositeMeterRegistry composite
                ? composite.getRegistries().stream().flatMap(Metrics::leaves)
                : Stream.of(registry);
    }

    /** The lines about armlib's meters: one sample or comment is one line, and each names its meter. */
    private static String onlyArmlib(String text) {
        return text.lines()
                .filter(line -> OF_ARMLIB.matcher(line).lookingAt())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
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
}
