package org.armlib.http.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Hold;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.StaleLeaseException;
import org.armlib.ports.AttemptOutcome;
import org.armlib.ports.RequestListener;
import org.armlib.ports.Submitted;

/**
 * Measures what becomes of requests in this process: submissions, how long they wait, and attempts with their outcomes.
 * Give the same one to the {@code StandardRequestManager} and to the {@code RequestWorker}s. Thread-safe.
 */
public final class RequestMetrics implements RequestListener, AutoCloseable {
    private final InstanceRegistry registry;
    private final boolean own;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger stuck = new AtomicInteger();
    private final Timer waited;
    private final Map<Submitted.How, AreaCounter> submissions = new EnumMap<>(Submitted.How.class);
    private final AreaCounter published;
    private final AreaCounter publishedBytes;

    /** Measures into {@code target}, by an {@link InstanceRegistry} of its own unless it is one. */
    public RequestMetrics(MeterRegistry target) {
        this.own = !(target instanceof InstanceRegistry);
        this.registry = target instanceof InstanceRegistry given ? given : new InstanceRegistry(target, "requests");
        this.waited = Timers.of("armlib.wait", "From the submission of a request to its first attempt.")
                .register(registry);
        Gauge.builder("armlib.running", running, AtomicInteger::get)
                .description("Attempts that run in this process.")
                .register(registry);
        Gauge.builder("armlib.stuck.threads", stuck, AtomicInteger::get)
                .description("Threads whose job ignores its interruption; each was replaced by another one.")
                .register(registry);
        // What has not happened yet is told as 0, not passed over.
        for (Submitted.How how : Submitted.How.values()) {
            submissions.put(
                    how,
                    AreaCounter.of(
                            registry,
                            "armlib.submissions",
                            "Submissions, by how they were taken: answered from the cache, joined to the same request that"
                                    + " waits or runs, or queued.",
                            "how",
                            how.name().toLowerCase(Locale.ROOT)));
        }
        this.published = AreaCounter.of(registry, "armlib.published", "Results published.");
        this.publishedBytes = AreaCounter.ofBytes(
                registry, "armlib.published.size", "Bytes of results published, as they are stored.");
        for (String outcome : new String[] {"completed", "retried", "failed", "given-back", "lost", "cancelled"}) {
            attempts(outcome);
        }
        for (Hold.Cause cause : Hold.Cause.values()) {
            holds(cause);
        }
    }

    /** Removes the meters, unless the registry is an {@link InstanceRegistry} that was handed in. */
    @Override
    public void close() {
        if (own) {
            registry.close();
        }
    }

    @Override
    public void submitted(Submitted submitted) {
        CachePolicy area = submitted
                .status()
                .result()
                .map(Manifest::request)
                .or(submitted.status()::request)
                .map(BatchRequest::cachePolicy)
                .orElse(CachePolicy.TEMPORARY);
        Objects.requireNonNull(submissions.get(submitted.how())).increment(area);
    }

    @Override
    public void attemptBegan(LeasedRequest leased, Duration time) {
        running.incrementAndGet();
        if (leased.lease().attempt() == 1) {
            waited.record(time);
        }
    }

    @Override
    public void attemptEnded(LeasedRequest leased, AttemptOutcome outcome, Duration took) {
        running.decrementAndGet();
        attempts(word(outcome)).record(took);
        if (outcome instanceof AttemptOutcome.Completed completed) {
            completed.published().ifPresent(this::published);
        } else if (outcome instanceof AttemptOutcome.GivenBack givenBack) {
            cause(givenBack.reason()).ifPresent(cause -> holds(cause).increment());
        }
    }

    @Override
    public void stuckThreads(int count) {
        stuck.set(count);
    }

    private void published(Manifest manifest) {
        CachePolicy area = manifest.request().cachePolicy();
        published.increment(area);
        publishedBytes.add(area, manifest.storedLength());
    }

    private Timer attempts(String outcome) {
        return Timers.of("armlib.attempts", "Attempts that have ended, by outcome.")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter holds(Hold.Cause cause) {
        return Counter.builder("armlib.holds")
                .description("Requests that were put back without an attempt, by what does not work.")
                .tag("by", cause.label())
                .register(registry);
    }

    private static Optional<Hold.Cause> cause(AttemptOutcome.Reason reason) {
        return Arrays.stream(Hold.Cause.values())
                .filter(cause -> AttemptOutcome.Reason.of(cause) == reason)
                .findFirst();
    }

    private static String word(AttemptOutcome outcome) {
        if (outcome instanceof AttemptOutcome.Failed failed) {
            return failed.last() ? "failed" : "retried";
        }
        if (outcome instanceof AttemptOutcome.LeaseLost lost) {
            return lost.reason() == StaleLeaseException.Reason.CANCELLED ? "cancelled" : "lost";
        }
        if (outcome instanceof AttemptOutcome.GivenBack) {
            return "given-back";
        }
        return outcome instanceof AttemptOutcome.Completed ? "completed" : "unreported";
    }
}
