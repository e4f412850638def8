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
import java.util.function.BooleanSupplier;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;
import org.jspecify.annotations.Nullable;

/**
 * Where workers ask for requests: what all of them ask for at a time is one claim, and those who get nothing wait here
 * until there may be something. A claim is made by the thread of one of those workers, where it may do that; what others
 * ask for meanwhile is claimed by the queue's threads. Safe for use by many threads.
 */
final class LeaseDesk implements AutoCloseable {
    /** The most requests that one claim asks for. */
    static final int MOST = 256;

    /** The answer to a demand whose own thread is to make the next claim. */
    private static final List<LeasedRequest> LEAD = new ArrayList<>();

    private final Claims claims;
    private final Executor threads;
    private final BooleanSupplier callerMayWork;
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
        private final boolean mayLead;
        private boolean mayWait;
        private volatile CompletableFuture<List<LeasedRequest>> answer = new CompletableFuture<>();

        Demand(WorkerId worker, int max, boolean mayWait, boolean mayLead) {
            this.worker = worker;
            this.max = max;
            this.mayWait = mayWait;
            this.mayLead = mayLead;
        }
    }

    /**
     * A desk for workers of this process.
     *
     * @param threads what makes the claims that no worker makes
     * @param callerMayWork whether the thread that asks it may make one
     */
    LeaseDesk(Claims claims, Executor threads, BooleanSupplier callerMayWork) {
        this.claims = claims;
        this.threads = threads;
        this.callerMayWork = callerMayWork;
        this.timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("armlib-jdbc-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException {
        long nanos = wait.compareTo(Duration.ofDays(365)) < 0 ? wait.toNanos() : Long.MAX_VALUE;
        long begin = System.nanoTime();
        Demand demand = new Demand(worker, max, nanos > 0, callerMayWork.getAsBoolean());
        if (mustLead(demand)) {
            lead(demand);
        }
        List<LeasedRequest> answer = await(demand, nanos);
        while (answer == LEAD) {
            takeLead(demand);
            lead(demand);
            answer = await(demand, nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - begin));
        }
        return answer;
    }

    /** Takes the demand in; true if its own thread is to work. */
    private synchronized boolean mustLead(Demand demand) {
        checkOpen();
        if (demand.mayWait && !parked.isEmpty() && !hint) {
            // What those who wait know holds for it too, and what wakes them will wake it.
            parked.add(demand);
            return false;
        }
        fresh.add(demand);
        if (demand.mayLead && !busy) {
            busy = true;
            return true;
        }
        start();
        return false;
    }

    /** Puts a demand back that has been told to lead: before the others, so that its first claim is for itself. */
    private synchronized void takeLead(Demand demand) {
        demand.answer = new CompletableFuture<>();
        if (closed) {
            demand.answer.completeExceptionally(Sessions.closed());
        } else {
            parked.addFirst(demand);
        }
    }

    private List<LeasedRequest> await(Demand demand, long nanos) throws InterruptedException {
        try {
            return demand.mayWait ? demand.answer.get(Math.max(nanos, 0), TimeUnit.NANOSECONDS) : demand.answer.get();
        } catch (TimeoutException e) {
            return withdraw(demand);
        } catch (ExecutionException e) {
            throw Sessions.rethrown(e);
        } catch (InterruptedException e) {
            // What is being claimed for it is not to be lost: it is leased, or nothing is.
            List<LeasedRequest> leased = withdraw(demand);
            if (leased.isEmpty()) {
                throw e;
            }
            Thread.currentThread().interrupt();
            return leased;
        }
    }

    /** Ends a demand's wait: nothing, or what is being claimed for it. */
    private List<LeasedRequest> withdraw(Demand demand) {
        if (isWithdrawn(demand)) {
            return List.of();
        }
        List<LeasedRequest> answer = Sessions.await(demand.answer);
        if (answer == LEAD) {
            passLead();
            return List.of();
        }
        return answer;
    }

    /** There may be something to lease: those who wait are tried again. */
    synchronized void hint() {
        hint = true;
        // The one that has rested least, whose connection and server process are still warm.
        Demand last = parked.peekLast();
        if (last != null && last.mayLead && !busy) {
            parked.removeLast();
            busy = true;
            last.answer.complete(LEAD);
        } else if (last != null) {
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
        work(() -> false);
    }

    /** Works until the demand of the thread's own is answered, or waits; what is left then is for the queue's threads. */
    private void lead(Demand own) {
        work(() -> own.answer.isDone());
    }

    private void work(BooleanSupplier enough) {
        List<Demand> batch = next();
        while (!batch.isEmpty()) {
            serve(batch);
            if (enough.getAsBoolean()) {
                passLead();
                return;
            }
            batch = next();
        }
    }

    /** One who has led leads no more. */
    private synchronized void passLead() {
        busy = false;
        if (!fresh.isEmpty() || (hint && !parked.isEmpty())) {
            start();
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
        if (closed || (set != null && at - alarmAt >= 0)) {
            return;
        }
        if (set != null) {
            set.cancel(false);
        }
        alarmAt = at;
        alarm = timer.schedule(this::ring, Math.max(delay.toNanos(), 0), TimeUnit.NANOSECONDS);
    }

    private synchronized void ring() {
        // Its task is not done yet: whoever looks from now on must not take it for one that is still to come.
        alarm = null;
        hint();
    }
}
