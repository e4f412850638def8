package org.armlib.http.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.Hold;
import org.armlib.domain.Pending;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.RequestManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at requests for all who wait for them: one thread whatever their number, one look for all who wait for the same
 * request. It looks soon after somebody begins to wait, and less and less often later. Thread-safe.
 */
final class Watcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
    private static final Duration FIRST_LOOK = Duration.ofMillis(20);

    /** One place in this many is kept for callers with a token, where there are tokens. */
    private static final int KEPT_SHARE = 10;

    private static final Duration BEAT = Duration.ofSeconds(15);

    private final RequestManager requests;
    private final QueueManager queue;
    private final Duration slowest;
    private final int maxWaiters;
    private final int maxUnknown;
    private final int maxPerAddress;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<RequestKey, Watched> watched = new HashMap<>();
    private final Map<String, Integer> perAddress = new HashMap<>();
    private int waiters;
    private boolean closed;
    private boolean failing;

    /** Somebody who waits for one request. Called by the watcher's thread: must not block. */
    interface Waiter {
        /** What the request's status is now; whether that was enough. It is called no more then. */
        boolean sees(BatchStatus status);

        /** The time is up, or nobody looks any more. It is called no more then. */
        void gaveUp();

        /** Some time has passed. */
        default void beat() {}
    }

    /** A request and who waits for it. Guarded by the watcher, but for {@code last}, which its thread alone uses. */
    private static final class Watched {
        private final Map<Waiter, Waiting> all = new LinkedHashMap<>();
        private Duration interval = FIRST_LOOK;
        private boolean someoneNew = true;
        private @Nullable Seen last;
    }

    /** One who waits, the address it calls from, and what is scheduled for it. */
    private record Waiting(Waiter waiter, String address, List<Future<?>> scheduled) {}

    /**
     * Whose call waits.
     *
     * @param address the network address that the call came from
     * @param known whether the call bears a token, so that it may take the places that are kept for such calls
     */
    record Caller(String address, boolean known) {}

    /** What can be seen of a request without asking for all of its status. */
    private record Seen(Optional<Submission> submission, Optional<QueuePosition> position, Optional<Hold> hold) {}

    Watcher(RequestManager requests, QueueManager queue, ApiSettings settings) {
        this.requests = requests;
        this.queue = queue;
        this.slowest = settings.pollInterval();
        this.maxWaiters = settings.maxWaiters();
        boolean tokens =
                settings.submitToken().isPresent() || settings.adminToken().isPresent();
        this.maxUnknown = tokens ? maxWaiters - maxWaiters / KEPT_SHARE : maxWaiters;
        this.maxPerAddress = settings.maxWaitersPerAddress();
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "armlib-watcher");
            made.setDaemon(true);
            return made;
        });
        this.thread.setRemoveOnCancelPolicy(true);
    }

    /**
     * Tells {@code waiter} what becomes of a request, beginning with what it is now.
     *
     * @param limit when to give up, never if empty
     * @return false if too many wait already, of all or of this caller's address, or the watcher is closed; the waiter is
     *     told nothing then
     */
    synchronized boolean watch(RequestKey key, Waiter waiter, Caller caller, Optional<Duration> limit) {
        int places = caller.known() ? maxWaiters : maxUnknown;
        if (closed || waiters >= places || perAddress.getOrDefault(caller.address(), 0) >= maxPerAddress) {
            return false;
        }
        waiters++;
        perAddress.merge(caller.address(), 1, Integer::sum);
        Waiting waiting = new Waiting(waiter, caller.address(), new ArrayList<>());
        Watched here = watched.get(key);
        if (here == null) {
            here = new Watched();
            watched.put(key, here);
            scheduleLook(key, here);
        }
        here.all.put(waiter, waiting);
        here.interval = FIRST_LOOK;
        here.someoneNew = true;
        limit.ifPresent(time -> waiting.scheduled()
                .add(thread.schedule(() -> giveUp(key, waiting), time.toMillis(), TimeUnit.MILLISECONDS)));
        waiting.scheduled()
                .add(thread.scheduleWithFixedDelay(
                        waiter::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS));
        return true;
    }

    /** Forgets one who waits no more. */
    synchronized void forget(RequestKey key, Waiter waiter) {
        Watched here = watched.get(key);
        if (here != null) {
            remove(key, here, waiter);
        }
    }

    /** How many wait. */
    synchronized int waiters() {
        return waiters;
    }

    /** Tells all who wait that nobody looks any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("the watcher is still waiting for an answer of the queue");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Waiting> rest = new ArrayList<>();
        synchronized (this) {
            watched.values().forEach(here -> rest.addAll(here.all.values()));
            watched.clear();
            waiters = 0;
            perAddress.clear();
        }
        rest.forEach(Watcher::giveUp);
    }

    /** One who cannot be told keeps nobody else from being told. */
    private static void giveUp(Waiting waiting) {
        try {
            waiting.waiter().gaveUp();
        } catch (RuntimeException e) {
            LOG.warn("one who waits could not be told that it waits in vain", e);
        }
    }

    private void scheduleLook(RequestKey key, Watched here) {
        var unused = thread.schedule(() -> look(key, here), here.interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(RequestKey key, Watched here) {
        Optional<BatchStatus> changed = Optional.empty();
        try {
            changed = changed(key, here);
            failing = false;
        } catch (ArmlibException e) {
            if (!failing) {
                LOG.warn("requests cannot be watched at present: {}", e.getMessage());
            }
            failing = true;
        } catch (RuntimeException e) {
            LOG.error("watching '{}' failed", key, e);
        }
        changed.ifPresent(status -> tell(key, here, status));
        synchronized (this) {
            if (!closed && !here.all.isEmpty()) {
                Duration longer = here.interval.plus(here.interval.dividedBy(2));
                here.interval = longer.compareTo(slowest) < 0 ? longer : slowest;
                scheduleLook(key, here);
            }
        }
    }

    private Optional<BatchStatus> changed(RequestKey key, Watched here) {
        boolean someoneNew;
        synchronized (this) {
            someoneNew = here.someoneNew;
            here.someoneNew = false;
        }
        boolean done = false;
        try {
            Optional<Submission> submission = queue.find(key);
            boolean waits =
                    submission.filter(found -> found.state() instanceof Pending).isPresent();
            Seen now = new Seen(
                    submission,
                    waits ? queue.position(key) : Optional.empty(),
                    waits ? requests.hold() : Optional.empty());
            Optional<BatchStatus> status =
                    someoneNew || !now.equals(here.last) ? Optional.of(requests.status(key)) : Optional.empty();
            here.last = now;
            done = true;
            return status;
        } finally {
            if (!done && someoneNew) {
                synchronized (this) {
                    here.someoneNew = true;
                }
            }
        }
    }

    private void tell(RequestKey key, Watched here, BatchStatus status) {
        List<Waiting> all;
        synchronized (this) {
            all = List.copyOf(here.all.values());
        }
        for (Waiting waiting : all) {
            try {
                if (waiting.waiter().sees(status)) {
                    remove(key, here, waiting.waiter());
                }
            } catch (RuntimeException e) {
                LOG.error("one who waits for '{}' could not be told", key, e);
                remove(key, here, waiting.waiter());
            }
        }
    }

    private void giveUp(RequestKey key, Waiting waiting) {
        synchronized (this) {
            Watched here = watched.get(key);
            if (here == null || !remove(key, here, waiting.waiter())) {
                return;
            }
        }
        giveUp(waiting);
    }

    /** Whether it was still there. */
    private synchronized boolean remove(RequestKey key, Watched here, Waiter waiter) {
        Waiting waiting = here.all.remove(waiter);
        if (waiting == null) {
            return false;
        }
        waiters--;
        perAddress.computeIfPresent(waiting.address(), (address, count) -> count == 1 ? null : count - 1);
        waiting.scheduled().forEach(task -> task.cancel(false));
        if (here.all.isEmpty()) {
            watched.remove(key, here);
        }
        return true;
    }
}
