package org.armlib.aws.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.armlib.ports.DurationSample;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole index again and again while positions in a deep queue are asked for, at a bounded number of read units
 * a second. Safe for use by many threads.
 */
final class RankKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(RankKeeper.class);

    /** As many as DynamoDB gives in one answer, about. */
    private static final int PAGE = 5_000;

    /** Of read units: less than 1.1 dollars a day, at 0.125 dollars a million. */
    private static final long UNITS_PER_SECOND = 100;

    /** How many times faster the index is read once more than one request in {@link #MANY} was withdrawn. */
    private static final int HURRY = 10;

    private static final int MANY = 256;

    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** Longer than callers pause between two looks at a status. */
    private static final Duration KEPT_FOR = Duration.ofMinutes(1);

    /** The age up to which the counts of the servers carry ranks on that nobody had kept. */
    private static final Duration USABLE_FOR = Duration.ofMinutes(10);

    private final Requests requests;
    private final ScheduledExecutorService threads;
    private final Supplier<Ledger.Totals> totals;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long asked;
    private volatile @Nullable Read last;
    private volatile CompletableFuture<Ranks> next = new CompletableFuture<>();

    /**
     * A reading of the index.
     *
     * @param ended when it ended, by {@link System#nanoTime}
     */
    private record Read(Ranks ranks, long ended) {
        Duration age() {
            return Duration.ofNanos(System.nanoTime() - ended);
        }
    }

    /**
     * A keeper that has not read anything yet.
     *
     * @param totals gives the counts of all servers as they are now, or were a second ago
     */
    RankKeeper(Requests requests, ScheduledExecutorService threads, Supplier<Ledger.Totals> totals) {
        this.requests = requests;
        this.threads = threads;
        this.totals = totals;
    }

    /** Returns what was read last, and has the index read from now on. */
    Optional<Ranks> ask() {
        asked = System.nanoTime();
        if (running.compareAndSet(false, true)) {
            schedule(Duration.ZERO);
        }
        return known();
    }

    /** Returns what was read last, if it was lately. */
    Optional<Ranks> known() {
        return Optional.ofNullable(last)
                .filter(read -> read.age().compareTo(USABLE_FOR) < 0)
                .map(Read::ranks);
    }

    /** Does as {@link #ask}, and waits up to {@code patience} for the first reading. */
    Optional<Ranks> await(Duration patience) {
        CompletableFuture<Ranks> reading = next;
        Optional<Ranks> known = ask();
        if (known.isPresent()) {
            return known;
        }
        try {
            return Optional.of(reading.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void schedule(Duration pause) {
        try {
            var unused = threads.schedule(this::step, pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The queue is closed; positions are no longer kept", e);
        }
    }

    private void step() {
        if (isIdle()) {
            running.set(false);
            if (isIdle() || !running.compareAndSet(false, true)) {
                return;
            }
        }
        Duration pause = TICK;
        try {
            if (isDue()) {
                publish(read());
            }
        } catch (RuntimeException e) {
            pause = AFTER_FAILURE;
            LOG.debug("The index could not be read for positions; it is tried again in {}", pause, e);
        } finally {
            schedule(pause);
        }
    }

    private boolean isIdle() {
        return System.nanoTime() - asked > KEPT_FOR.toNanos();
    }

    private boolean isDue() {
        Read read = last;
        if (read == null) {
            return true;
        }
        Duration pause = Duration.ofSeconds(read.ranks().entries() / Look.ENTRIES / UNITS_PER_SECOND);
        boolean hurried = read.ranks().withdrawn(totals.get().counts()) > 1.0 / MANY;
        Duration wanted = hurried ? pause.dividedBy(HURRY) : pause;
        return read.age().compareTo(wanted.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : wanted) >= 0;
    }

    private void publish(Ranks ranks) {
        last = new Read(ranks, System.nanoTime());
        CompletableFuture<Ranks> waiting = next;
        next = new CompletableFuture<>();
        waiting.complete(ranks);
    }

    private Ranks read() {
        Ledger.Totals before = totals.get();
        List<Ranks.Shard> shards = new ArrayList<>();
        Summary summary = new Summary(before.time());
        for (int shard = 0; shard < requests.shards(); shard++) {
            shards.add(read(String.valueOf(shard), summary));
        }
        return new Ranks(
                List.copyOf(shards),
                summary.pending,
                Optional.ofNullable(summary.oldest),
                new DurationSample(summary.pending, summary.estimated, summary.estimates),
                before.counts(),
                before.time(),
                summary.entries);
    }

    private Ranks.Shard read(String shard, Summary summary) {
        Ranks.ShardBuilder ladder = new Ranks.ShardBuilder();
        Optional<Place> after = Optional.empty();
        Requests.EntryPage page;
        do {
            page = requests.entries(shard, after, PAGE);
            for (Entry entry : page.entries()) {
                summary.entries++;
                if (entry.isPending() && !entry.place().submitted().isAfter(summary.began)) {
                    ladder.add(entry.place());
                    summary.add(entry);
                }
                after = Optional.of(entry.place());
            }
        } while (page.more() && !page.entries().isEmpty());
        return ladder.build();
    }

    /** Sums over all shards. */
    private static final class Summary {
        private final Instant began;
        private long entries;
        private long pending;
        private long estimated;
        private Duration estimates = Duration.ZERO;
        private @Nullable Instant oldest;

        Summary(Instant began) {
            this.began = began;
        }

        void add(Entry entry) {
            pending++;
            if (!entry.estimate().isZero()) {
                estimated++;
                estimates = estimates.plus(entry.estimate());
            }
            Instant submitted = entry.place().submitted();
            oldest = oldest == null || submitted.isBefore(oldest) ? submitted : oldest;
        }
    }
}
