package org.armlib.application;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.Purge;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Cleared;
import org.armlib.ports.QueueManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears the temporary area of the cache once a day, sweeps what unpublished results left behind, and has the queue
 * forget old finished requests. Any number of servers may each run one: clearing twice harms nothing.
 */
public final class CacheJanitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CacheJanitor.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    private static final Duration SWEEP_EVERY = Duration.ofHours(1);
    private static final int PRUNE_BATCH = 1000;

    private final QueueManager queue;
    private final CacheManager cache;
    private final JanitorOptions options;
    private final Clock clock;
    private final Outage outage = new Outage(LOG, "clearing up");
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.named("armlib-janitor"));
    private Instant nextClear;
    private Instant nextSweep;

    /** A janitor over {@code queue} and {@code cache}, which it does not close; it does nothing before {@link #start}. */
    public CacheJanitor(QueueManager queue, CacheManager cache, JanitorOptions options, Clock clock) {
        this.queue = queue;
        this.cache = cache;
        this.options = options;
        this.clock = clock;
        Instant now = clock.instant();
        this.nextClear = clearAfter(now);
        this.nextSweep = now;
    }

    /** Begins to look, every half minute, whether something is due. */
    public void start() {
        var unused = timer.scheduleWithFixedDelay(this::lookSafely, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does what is due now. Called by the janitor's own thread, or by a test or program that keeps its own time. */
    public synchronized void look() {
        Instant now = clock.instant();
        if (!now.isBefore(nextClear)) {
            Cleared cleared = cache.purge(Purge.ROUTINE);
            LOG.info("cleared the temporary area: {} results, {} bytes", cleared.items(), cleared.bytes());
            nextClear = clearAfter(now);
        }
        if (!now.isBefore(nextSweep)) {
            Cleared swept = cache.sweep(options.orphansAfter());
            if (swept.items() > 0) {
                LOG.info("swept {} remains of unpublished results, {} bytes", swept.items(), swept.bytes());
            }
            nextSweep = now.plus(SWEEP_EVERY);
        }
        int pruned = PRUNE_BATCH;
        while (pruned == PRUNE_BATCH && !Thread.currentThread().isInterrupted()) {
            pruned = queue.prune(options.retention(), PRUNE_BATCH);
        }
    }

    /** Stops looking; what is under way is finished first, for at most ten seconds. */
    @Override
    public void close() {
        timer.shutdown();
        Threads.awaitOrInterrupt(timer, Duration.ofSeconds(10));
    }

    private void lookSafely() {
        try {
            look();
            outage.over();
        } catch (Throwable problem) {
            outage.begun(problem);
        }
    }

    private Instant clearAfter(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, options.zone());
        Instant clear = clearOn(today);
        return clear.isAfter(now) ? clear : clearOn(today.plusDays(1));
    }

    private Instant clearOn(LocalDate day) {
        return ZonedDateTime.of(day, options.temporaryClear(), options.zone()).toInstant();
    }
}
