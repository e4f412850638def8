package org.armlib.application;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Cleared;
import org.armlib.ports.QueueManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears the temporary area of the cache once a day, sweeps what unpublished results left behind, and has the queue
 * forget old finished requests. The three are independent: one that fails does not stop the others.
 *
 * <p>The cache remembers when it was purged, so that a clearing that was missed while no process ran is made up at the
 * next start, and any number of servers may each run a janitor.
 */
public final class CacheJanitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CacheJanitor.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    private static final Duration SWEEP_EVERY = Duration.ofHours(1);
    private static final int PRUNE_BATCH = 1000;

    /** A purge further ahead than this cannot have been: the clock was wrong. */
    private static final Duration MAX_CLOCK_SKEW = Duration.ofHours(1);

    private final QueueManager queue;
    private final CacheManager cache;
    private final JanitorOptions options;
    private final ClearingSchedule schedule;
    private final Clock clock;
    private final Outage clearing = new Outage(LOG, "clearing the temporary area");
    private final Outage sweeping = new Outage(LOG, "sweeping the cache");
    private final Outage pruning = new Outage(LOG, "pruning the queue");
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.named("armlib-janitor"));

    /** The scheduled time whose clearing is done. */
    private @Nullable Instant cleared;

    private @Nullable Instant swept;

    /** A janitor over {@code queue} and {@code cache}, which it does not close; it does nothing before {@link #start}. */
    public CacheJanitor(QueueManager queue, CacheManager cache, JanitorOptions options, Clock clock) {
        this.queue = queue;
        this.cache = cache;
        this.options = options;
        this.schedule = new ClearingSchedule(options.temporaryClear(), options.zone());
        this.clock = clock;
    }

    /** Starts the schedule: checks every 30 s for due tasks. */
    public void start() {
        var unused = timer.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Does what is due now. Called by the janitor's own thread, or by a test or program that keeps its own time. Throws
     * nothing: a failure is logged when it begins and when it ends.
     */
    public synchronized void look() {
        Instant now = clock.instant();
        attempt(clearing, () -> clear(now));
        attempt(sweeping, () -> sweep(now));
        attempt(pruning, this::prune);
    }

    /** Stops the schedule; what is under way is finished first, for at most ten seconds. */
    @Override
    public void close() {
        timer.shutdown();
        Threads.awaitOrInterrupt(timer, Duration.ofSeconds(10));
    }

    /** Computed from {@code now} each time, so that no clock that was ahead can have planned it too late. */
    private boolean clear(Instant now) {
        Instant due = schedule.latest(now);
        boolean isDue = !due.equals(cleared) && !isPurgedSince(due, now);
        if (isDue) {
            Cleared removed = cache.purgeTemporary(options.temporaryMinAge());
            LOG.info("cleared the temporary area: {} results, {} bytes", removed.items(), removed.bytes());
        }
        cleared = due;
        return isDue;
    }

    private boolean isPurgedSince(Instant due, Instant now) {
        Optional<Duration> since = cache.sincePurge();
        return since.isPresent()
                && since.get().compareTo(Duration.between(due, now)) <= 0
                && since.get().compareTo(MAX_CLOCK_SKEW.negated()) >= 0;
    }

    private boolean sweep(Instant now) {
        Duration since = swept == null ? SWEEP_EVERY : Duration.between(swept, now);
        boolean isDue = since.isNegative() || since.compareTo(SWEEP_EVERY) >= 0;
        if (isDue) {
            swept = now;
            Cleared removed = cache.sweep(options.orphansAfter());
            if (removed.items() > 0) {
                LOG.info("swept {} remains of unpublished results, {} bytes", removed.items(), removed.bytes());
            }
        }
        return isDue;
    }

    private boolean prune() {
        int pruned = PRUNE_BATCH;
        while (pruned == PRUNE_BATCH && !Thread.currentThread().isInterrupted()) {
            pruned = queue.prune(options.retention(), PRUNE_BATCH);
        }
        return true;
    }

    private static void attempt(Outage outage, BooleanSupplier chore) {
        try {
            boolean ran = chore.getAsBoolean();
            if (ran) {
                outage.over();
            }
        } catch (Throwable problem) {
            outage.begun(problem);
        }
    }
}
