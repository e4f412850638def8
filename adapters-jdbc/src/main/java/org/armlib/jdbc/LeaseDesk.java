package org.armlib.jdbc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;
import org.jspecify.annotations.Nullable;

/**
 * Where workers ask for requests: what all of them ask for at a time is one claim, and those who get nothing wait here
 * until there may be something. Safe for use by many threads.
 */
final class LeaseDesk implements AutoCloseable {
    /** The most requests that one claim asks for. */
    static final int MOST = 256;

    private final Claims claims;
    private final Executor threads;
    private final ScheduledThreadPoolExecutor timer;

    // Guarded by this.

    /** Those who have to be tried, the first come first. */
    private final Deque<Demand> fresh = new ArrayDeque<>();

    /** Those for whom there was nothing. */
    private final Deque<Demand> parked = new ArrayDeque<>();

    private boolean busy;
    private boolean hint;
    private boolean closed;
    private @Nullable ScheduledFuture<?> alarm;
    private long alarmAt;

    /** Takes requests from the queue. */
    interface Claims {
        /** Leases requests, the first to the first slot and so on; each lease has one of the slots' workers. */
        Claimed claim(List<Dialect.Slot> slots);
    }

    /**
     * What a claim brought.
     *
     * @param leased the leases, fewer than asked for if there are no more
     * @param again when to look again if somebody waits for more
     */
    record Claimed(List<LeasedRequest> leased, Duration again) {}

    /** A worker's wish for at most {@code max} requests. */
    private static final class Demand {
        private final WorkerId worker;
        private final int max;
        private final CompletableFuture<List<LeasedRequest>> answer = new CompletableFuture<>();
        private boolean mayWait;

        Demand(WorkerId worker, int max, boolean mayWait) {
            this.worker = worker;
            this.max = max;
            this.mayWait = mayWait;
        }
    }

    LeaseDesk(Claims claims, Executor threads) {
        this.claims = claims;
        this.threads = threads;
        this.timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("armlib-jdbc-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException {
        long nanos = wait.compareTo(Duration.ofDays(365)) < 0 ? wait.toNanos() : Long.MAX_VALUE;
        Demand demand = new Demand(worker, max, nanos > 0);
        synchronized (this) {
            checkOpen();
            if (demand.mayWait && !parked.isEmpty() && !hint) {
                // What those who wait know holds for it too, and what wakes them will wake it.
                parked.add(demand);
            } else {
                fresh.add(demand);
                start();
            }
        }
        try {
            return nanos > 0 ? demand.answer.get(nanos, TimeUnit.NANOSECONDS) : demand.answer.get();
        } catch (TimeoutException e) {
            return isWithdrawn(demand) ? List.of() : Sessions.await(demand.answer);
        } catch (ExecutionException e) {
            throw Sessions.rethrown(e);
        } catch (InterruptedException e) {
            // What is being claimed for it is not to be lost: it is leased, or nothing is.
            List<LeasedRequest> leased = isWithdrawn(demand) ? List.of() : Sessions.await(demand.answer);
            if (leased.isEmpty()) {
                throw e;
            }
            Thread.currentThread().interrupt();
            return leased;
        }
    }

    /** There may be something to lease: those who wait are tried again. */
    synchronized void hint() {
        hint = true;
        if (!parked.isEmpty()) {
            start();
        }
    }

    /** There may be something to lease after {@code delay}. */
    synchronized void hintIn(Duration delay) {
        setAlarm(delay);
    }

    /** How many workers wait for work. */
    synchronized int waiting() {
        return parked.size();
    }

    /** Ends every call with the error of a closed queue. */
    @Override
    public void close() {
        List<Demand> left = new ArrayList<>();
        synchronized (this) {
            closed = true;
            left.addAll(fresh);
            left.addAll(parked);
            fresh.clear();
            parked.clear();
        }
        timer.shutdownNow();
        left.forEach(demand -> demand.answer.completeExceptionally(Sessions.closed()));
    }

    private void checkOpen() {
        if (closed) {
            throw Sessions.closed();
        }
    }

    private void start() {
        if (!busy && !closed) {
            try {
                threads.execute(this::work);
                busy = true;
            } catch (RejectedExecutionException e) {
                throw Sessions.closed();
            }
        }
    }

    /** Takes a demand back, unless it is being served; that service is its last. */
    private synchronized boolean isWithdrawn(Demand demand) {
        demand.mayWait = false;
        return parked.remove(demand) || fresh.remove(demand);
    }

    private void work() {
        List<Demand> batch = next();
        while (!batch.isEmpty()) {
            serve(batch);
            batch = next();
        }
    }

    private synchronized List<Demand> next() {
        if (hint) {
            while (!parked.isEmpty()) {
                fresh.addFirst(parked.removeLast());
            }
            hint = false;
        }
        List<Demand> batch = new ArrayList<>();
        long wanted = 0;
        while (wanted < MOST && !fresh.isEmpty()) {
            Demand demand = fresh.remove();
            wanted += demand.max;
            batch.add(demand);
        }
        busy = !batch.isEmpty();
        return batch;
    }

    private void serve(List<Demand> batch) {
        List<Dialect.Slot> slots = new ArrayList<>();
        for (Demand demand : batch) {
            for (int i = 0; i < demand.max && slots.size() < MOST; i++) {
                slots.add(new Dialect.Slot(demand.worker, UUID.randomUUID()));
            }
        }
        Claimed claimed;
        try {
            claimed = claims.claim(slots);
        } catch (Throwable problem) {
            batch.forEach(demand -> demand.answer.completeExceptionally(problem));
            return;
        }
        List<LeasedRequest> leased = new ArrayList<>(claimed.leased());
        List<Demand> unserved = new ArrayList<>();
        for (Demand demand : batch) {
            List<LeasedRequest> share = share(leased, demand);
            if (share.isEmpty()) {
                unserved.add(demand);
            } else {
                demand.answer.complete(share);
            }
        }
        settle(unserved, claimed.leased().size() == slots.size(), claimed.again());
    }

    private static List<LeasedRequest> share(List<LeasedRequest> leased, Demand demand) {
        List<LeasedRequest> share = new ArrayList<>();
        Iterator<LeasedRequest> rest = leased.iterator();
        while (rest.hasNext() && share.size() < demand.max) {
            LeasedRequest one = rest.next();
            if (one.lease().worker().equals(demand.worker)) {
                share.add(one);
                rest.remove();
            }
        }
        return List.copyOf(share);
    }

    private void settle(List<Demand> unserved, boolean full, Duration again) {
        List<Demand> given = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                unserved.forEach(demand -> demand.answer.completeExceptionally(Sessions.closed()));
            } else if (full) {
                for (int i = unserved.size() - 1; i >= 0; i--) {
                    fresh.addFirst(unserved.get(i));
                }
            } else {
                for (Demand demand : unserved) {
                    if (demand.mayWait) {
                        parked.add(demand);
                    } else {
                        given.add(demand);
                    }
                }
                if (!parked.isEmpty()) {
                    setAlarm(again);
                }
            }
        }
        given.forEach(demand -> demand.answer.complete(List.of()));
    }

    /** The earlier one stays. */
    private void setAlarm(Duration delay) {
        long at = System.nanoTime() + delay.toNanos();
        ScheduledFuture<?> set = alarm;
        if (closed || (set != null && !set.isDone() && at - alarmAt >= 0)) {
            return;
        }
        if (set != null) {
            set.cancel(false);
        }
        alarmAt = at;
        alarm = timer.schedule(this::hint, Math.max(delay.toNanos(), 0), TimeUnit.NANOSECONDS);
    }
}
