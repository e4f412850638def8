package org.armlib.application;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.armlib.domain.Backoff;
import org.armlib.domain.Hold;
import org.armlib.domain.RequestKey;
import org.armlib.ports.HoldSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether the threads of a worker may lease requests. It closes when an attempt meets something outside its
 * request that does not work, and then admits one trial at a time, with backoff, until a trial succeeds.
 *
 * <p>One request's trouble is told from everybody's by what becomes of the others: a request that fails so again although
 * others have succeeded since its first hold neither closes the gate nor is refunded for ever. Thread-safe.
 */
final class LeaseGate implements HoldSource {
    /** The holds of a request, while others succeed, after which a further one spends an attempt. */
    static final int MAX_HOLDS = 3;

    /** The requests whose first hold is remembered, at most. */
    private static final int MAX_SUSPECTS = 10_000;

    /** Every so many probes that fail a request is tried all the same, as a probe may be wrong about the upstream. */
    private static final int PROBES_TO_A_TRIAL = 4;

    private static final Logger LOG = LoggerFactory.getLogger(LeaseGate.class);

    /** The right to lease once. */
    enum Permit {
        /** Given while the gate is open; it lapses when the gate closes. */
        FREE,
        /** Given to one thread at a time while the gate is closed. */
        TRIAL
    }

    /**
     * What is to become of a request that met an outage.
     *
     * @param spendsAttempt whether the attempt is to fail; otherwise the request is held
     * @param delay how long the request is held
     */
    record Verdict(boolean spendsAttempt, Duration delay) {}

    /** Whether a part works again; asked before a trial. */
    interface Probe {
        boolean works(Hold.Cause part);
    }

    private final Backoff backoff;
    private final Probe probe;
    private final Runnable onClose;
    private final Clock clock;
    private final LongSupplier nanoTime;

    private final Map<Hold.Cause, Long> lastSuccess = new EnumMap<>(Hold.Cause.class);
    private final Map<RequestKey, Long> suspects = new LinkedHashMap<>();
    private @Nullable Hold closed;
    private long trialAt;
    private boolean trying;
    private boolean stopping;

    /**
     * An open gate.
     *
     * @param backoff the waits between trials
     * @param onClose called after the gate has closed, so that threads which wait for work come back to it
     * @param clock the time shown in the hold; nothing is measured by it
     * @param nanoTime as {@link System#nanoTime}
     */
    LeaseGate(Backoff backoff, Probe probe, Runnable onClose, Clock clock, LongSupplier nanoTime) {
        this.backoff = backoff;
        this.probe = probe;
        this.onClose = onClose;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized Optional<Hold> hold() {
        return Optional.ofNullable(closed);
    }

    /** Lets every thread that waits here go; none is admitted any more. */
    synchronized void stop() {
        stopping = true;
        notifyAll();
    }

    /** Waits until a request may be leased; empty if the worker is stopping. */
    Optional<Permit> await() throws InterruptedException {
        while (true) {
            Hold.Cause part;
            synchronized (this) {
                while (!stopping && closed != null && !isTrialDue()) {
                    awaitChange();
                }
                if (stopping) {
                    return Optional.empty();
                }
                if (closed == null) {
                    return Optional.of(Permit.FREE);
                }
                trying = true;
                part = closed.by();
            }
            if (works(part) || isTriedAnyway(part)) {
                return Optional.of(Permit.TRIAL);
            }
        }
    }

    private boolean isTrialDue() {
        return !trying && nanoTime.getAsLong() - trialAt >= 0;
    }

    @SuppressWarnings("WaitNotInLoop") // the caller is the loop
    private void awaitChange() throws InterruptedException {
        long left = trying ? Long.MAX_VALUE : trialAt - nanoTime.getAsLong();
        long millis = TimeUnit.NANOSECONDS.toMillis(left) + 1;
        wait(Math.min(millis, 1_000));
    }

    /** Asks the probe, outside the lock as it may take its time. */
    private boolean works(Hold.Cause part) {
        boolean works = false;
        boolean answered = false;
        try {
            works = probe.works(part);
            answered = true;
        } finally {
            if (!answered) {
                postpone();
            }
        }
        return works;
    }

    private synchronized boolean isTriedAnyway(Hold.Cause part) {
        boolean tried = part == Hold.Cause.UPSTREAM && closed != null && closed.count() % PROBES_TO_A_TRIAL == 0;
        if (tried) {
            extend(Optional.empty());
        } else {
            postpone();
        }
        return tried;
    }

    private synchronized void postpone() {
        trying = false;
        extend(Optional.empty());
        notifyAll();
    }

    /** Whether what was leased with {@code permit} may be run; false if the gate has closed in the meantime. */
    synchronized boolean admits(Permit permit) {
        return permit == Permit.TRIAL || closed == null;
    }

    /** Ends the turn of a thread; a trial that has not opened the gate leaves it to the next one. */
    synchronized void done(Permit permit) {
        if (permit == Permit.TRIAL) {
            trying = false;
            notifyAll();
        }
    }

    /** Ends a trial for which there was no request; a cache whose probe succeeds is taken to work then. */
    synchronized void idle(Permit permit) {
        if (permit == Permit.TRIAL && closed != null && closed.by() == Hold.Cause.CACHE) {
            open();
        }
    }

    /** Closes the gate without a request. */
    void close(Hold.Cause part, String reason) {
        synchronized (this) {
            var unused = close(part, Permit.FREE, reason, Optional.empty());
        }
        onClose.run();
    }

    /** Notes that a part has worked for a request; opens the gate if it was closed for that part. */
    synchronized void succeeded(Hold.Cause part) {
        lastSuccess.put(part, nanoTime.getAsLong());
        if (closed != null && closed.by() == part) {
            open();
        }
    }

    private void open() {
        if (closed != null) {
            LOG.info("leasing resumes: the {} works again", closed.by().label());
            closed = null;
            notifyAll();
        }
    }

    /** Forgets the holds of a request that has ended an attempt otherwise. */
    synchronized void cleared(RequestKey key) {
        suspects.remove(key);
    }

    /**
     * Decides on a request that met a part that does not work, and closes the gate unless only that request meets it.
     *
     * @param before the hold that the attempt followed
     * @param retryAfter how long the part wants to be left alone, if it says so
     */
    Verdict failed(
            Hold.Cause part,
            RequestKey key,
            Permit permit,
            Optional<Hold> before,
            String reason,
            Optional<Duration> retryAfter) {
        boolean wasOpen = hold().isEmpty();
        Verdict verdict = decide(part, key, permit, before, reason, retryAfter);
        if (wasOpen && hold().isPresent()) {
            onClose.run();
        }
        return verdict;
    }

    private synchronized Verdict decide(
            Hold.Cause part,
            RequestKey key,
            Permit permit,
            Optional<Hold> before,
            String reason,
            Optional<Duration> retryAfter) {
        int holds = before.map(Hold::count).orElse(0);
        Long firstHeld = suspects.get(key);
        Long worked = lastSuccess.get(part);
        boolean othersSucceed = permit == Permit.FREE && firstHeld != null && worked != null && worked - firstHeld > 0;
        if (othersSucceed) {
            return new Verdict(holds >= MAX_HOLDS, atLeast(retryAfter, wait(holds + 1)));
        }
        if (firstHeld == null) {
            suspects.put(key, nanoTime.getAsLong());
            if (suspects.size() > MAX_SUSPECTS) {
                suspects.remove(suspects.keySet().iterator().next());
            }
        }
        Duration closedFor = close(part, permit, reason, retryAfter);
        // Longer than the gate, so that another request is the next trial where there is one.
        return new Verdict(false, atLeast(Optional.of(closedFor.multipliedBy(2)), wait(holds + 1)));
    }

    private Duration close(Hold.Cause part, Permit permit, String reason, Optional<Duration> retryAfter) {
        Hold before = closed;
        if (before != null && permit == Permit.FREE) {
            // Leased before the gate closed: no news, unless it is to stay closed for longer.
            Duration left = Duration.ofNanos(Math.max(0, trialAt - nanoTime.getAsLong()));
            return retryAfter.filter(longer -> longer.compareTo(left) > 0).isPresent() ? extend(retryAfter) : left;
        }
        if (before == null) {
            LOG.warn("leasing is held, the {} does not work: {}", part.label(), reason);
        }
        Instant now = clock.instant();
        closed =
                new Hold(part, before == null ? now : before.since(), now, reason, before == null ? 1 : before.count());
        Duration wait = extend(retryAfter);
        notifyAll();
        return wait;
    }

    /** Puts the next trial off by one more backoff. */
    private Duration extend(Optional<Duration> retryAfter) {
        Hold hold = closed;
        if (hold == null) {
            return Duration.ZERO;
        }
        Duration wait = atLeast(retryAfter, wait(hold.count()));
        trialAt = nanoTime.getAsLong() + wait.toNanos();
        closed = new Hold(hold.by(), hold.since(), clock.instant().plus(wait), hold.reason(), hold.count() + 1);
        return wait;
    }

    private Duration wait(int failures) {
        return backoff.after(failures, ThreadLocalRandom.current().nextDouble());
    }

    private static Duration atLeast(Optional<Duration> least, Duration wait) {
        return least.filter(longer -> longer.compareTo(wait) > 0).orElse(wait);
    }
}
