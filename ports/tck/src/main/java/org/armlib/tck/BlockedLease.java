package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;
import org.armlib.ports.QueueManager;

/** A call of lease() that waits for work in a thread of its own, for longer than a test lasts. */
final class BlockedLease implements AutoCloseable {
    private static final Duration WAIT = Duration.ofMinutes(10);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final FutureTask<List<LeasedRequest>> call;
    private final Thread thread;

    private BlockedLease(FutureTask<List<LeasedRequest>> call) {
        this.call = call;
        this.thread = new Thread(call, "blocked-lease");
        thread.setDaemon(true);
    }

    /** Begins the call, and returns once it waits. */
    static BlockedLease start(QueueManager queue, WorkerId worker) {
        BlockedLease lease = begin(queue, worker);
        await("lease() to wait for work")
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> lease.call.isDone()
                        || lease.thread.getState() == Thread.State.TIMED_WAITING
                        || lease.thread.getState() == Thread.State.WAITING);
        return lease;
    }

    /** Begins the call. */
    static BlockedLease begin(QueueManager queue, WorkerId worker) {
        BlockedLease lease = new BlockedLease(new FutureTask<>(() -> queue.lease(worker, 1, WAIT)));
        lease.thread.start();
        return lease;
    }

    /** What the call returns; it must return soon. */
    List<LeasedRequest> result() throws InterruptedException {
        try {
            return get();
        } catch (ExecutionException e) {
            throw new AssertionError("a waiting lease() failed", e.getCause());
        }
    }

    /** What the call throws; it must return soon, and not give a result. */
    Throwable failure() throws InterruptedException {
        try {
            throw new AssertionError("a waiting lease() returned " + get());
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }

    /** Whether the call, interrupted, gave work all the same. */
    boolean endsWithWork() throws InterruptedException {
        try {
            return !get().isEmpty();
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(InterruptedException.class);
            return false;
        }
    }

    void interrupt() {
        thread.interrupt();
    }

    @Override
    public void close() {
        thread.interrupt();
        await("the end of a waiting lease()")
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> !thread.isAlive());
    }

    private List<LeasedRequest> get() throws InterruptedException, ExecutionException {
        Duration limit = Patience.limit(LIMIT);
        try {
            return call.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("a waiting lease() did not return within " + limit, e);
        }
    }
}
