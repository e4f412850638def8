package org.armlib.application;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Checkable;
import org.armlib.ports.Health;
import org.armlib.ports.HoldSource;
import org.armlib.ports.QueueManager;

/**
 * Checks whether the parts of an application work: {@code queue} and {@code cache} answer, results can be written, and
 * {@code leasing} is not held back. A part that hangs takes one thread, however often it is checked. Thread-safe.
 */
public final class HealthCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long MAX_AGE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Probe queue;
    private final Probe cache;
    private final HoldSource holds;
    private final Duration patience;

    /** A check of a process that holds nothing back; it closes neither queue nor cache. */
    public HealthCheck(QueueManager queue, CacheManager cache) {
        this(queue, cache, HoldSource.NONE);
    }

    /** A check of a process whose worker may hold leasing back. */
    public HealthCheck(QueueManager queue, CacheManager cache, HoldSource holds) {
        this(queue, cache, holds, PATIENCE);
    }

    HealthCheck(QueueManager queue, CacheManager cache, HoldSource holds, Duration patience) {
        this.queue = new Probe("queue", queue::overview);
        this.cache = new Probe("cache", cache instanceof Checkable checkable ? checkable::check : cache::epoch);
        this.holds = holds;
        this.patience = patience;
    }

    /** Checks all parts at the same time, for at most five seconds; an answer may be a second old. */
    public Health check() {
        long deadline = System.nanoTime() + patience.toNanos();
        CompletableFuture<Optional<String>> ofQueue = queue.start();
        CompletableFuture<Optional<String>> ofCache = cache.start();
        Optional<String> held = holds.hold().map(hold -> hold.by().label() + ": " + hold.reason());
        return new Health(List.of(
                new Health.Part("queue", reason(ofQueue, deadline)),
                new Health.Part("cache", reason(ofCache, deadline)),
                new Health.Part("leasing", held)));
    }

    private Optional<String> reason(CompletableFuture<Optional<String>> answer, long deadline) {
        try {
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Optional.of("has not answered for " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            return Optional.of(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("was not checked: the thread was interrupted");
        }
    }

    /** Calls one part, by at most one thread at a time and once a second. */
    private static final class Probe {
        private final String name;
        private final Runnable call;
        private Optional<CompletableFuture<Optional<String>>> last = Optional.empty();
        private long startedAt;

        Probe(String name, Runnable call) {
            this.name = name;
            this.call = call;
        }

        synchronized CompletableFuture<Optional<String>> start() {
            long now = System.nanoTime();
            if (last.isPresent() && (!last.get().isDone() || now - startedAt < MAX_AGE_NANOS)) {
                return last.get();
            }
            CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
            Threads.named("armlib-health-" + name)
                    .newThread(() -> answer.complete(run()))
                    .start();
            last = Optional.of(answer);
            startedAt = now;
            return answer;
        }

        private Optional<String> run() {
            try {
                call.run();
                return Optional.empty();
            } catch (RuntimeException | Error problem) {
                return Optional.of(
                        problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage());
            }
        }
    }
}
