package org.armlib.application;

import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.IllegalTransitionException;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleLeaseException;
import org.armlib.ports.Job;
import org.armlib.ports.ResultWriter;
import org.jspecify.annotations.Nullable;

/** An attempt while it runs: what its processor sees, and what its worker knows of its fate. */
final class RunningJob implements Job {
    /** A cancellation reaches a job with the next renewal of its lease: within seconds, however long leases last. */
    private static final long MAX_RENEW_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** What becomes of the attempt. */
    private enum Fate {
        /** The processor runs. */
        RUNNING,
        /** The processor is done, and its result is being published and reported: no interruption any more. */
        REPORTING,
        /** The lease is lost or the request cancelled: nothing of it counts. */
        LOST,
        /** The worker stops: the request goes back to the queue. */
        GIVEN_BACK
    }

    private final LeasedRequest leased;
    private final Thread thread;
    private final Duration abandonGrace;
    private final Duration waited;
    private final long renewAfterNanos;
    private final OpenFormats formats = new OpenFormats();
    private final ScheduledExecutorService timer;

    private Fate fate = Fate.RUNNING;
    private StaleLeaseException.Reason lostBecause = StaleLeaseException.Reason.SUPERSEDED;
    private boolean begun;
    private @Nullable ResultWriter writer;
    private @Nullable Progress unreported;
    private final long startedAt = System.nanoTime();
    private long renewedAt;
    private long interruptedAt;

    RunningJob(LeasedRequest leased, Thread thread, WorkerOptions options, ScheduledExecutorService timer) {
        this.leased = leased;
        this.thread = thread;
        this.abandonGrace = options.abandonGrace();
        Duration leaseTime = options.retryPolicy().visibilityTimeout();
        Instant leasedAt = leased.lease().expiresAt().minus(leaseTime);
        Duration before = Duration.between(leased.submitted(), leasedAt);
        this.waited = before.isNegative() ? Duration.ZERO : before;
        this.renewAfterNanos = Math.min(TimeUnit.NANOSECONDS.convert(leaseTime) / 3, MAX_RENEW_NANOS);
        this.timer = timer;
    }

    RequestKey key() {
        return leased.request().key();
    }

    LeasedRequest leased() {
        return leased;
    }

    /** From the submission to the lease, both by the queue's clock. */
    Duration waited() {
        return waited;
    }

    /** Whether the lease is to be renewed at {@code nanoTime}: a third of it has passed, or five seconds. */
    synchronized boolean isRenewalDue(long nanoTime) {
        return fate != Fate.LOST && nanoTime - renewedAt >= renewAfterNanos;
    }

    /** The lease lasts its full time from {@code nanoTime}. */
    synchronized void renewed(long nanoTime) {
        renewedAt = nanoTime;
    }

    /** The latest that the processor said, unless it is {@linkplain #reported reported} or the lease is lost. */
    synchronized Optional<Progress> unreported() {
        return fate == Fate.LOST ? Optional.empty() : Optional.ofNullable(unreported);
    }

    /** The queue knows {@code progress}; what the processor said since then is not reported yet. */
    synchronized void reported(Progress progress) {
        if (progress.equals(unreported)) {
            unreported = null;
        }
    }

    synchronized void writeTo(ResultWriter newWriter) {
        this.writer = newWriter;
        this.begun = true;
    }

    /** The processor is done; from here on the attempt is not interrupted. False if it was abandoned before. */
    synchronized boolean beginReport() {
        writer = null;
        // An interruption of the processor must not meet the publication and the report.
        Thread.interrupted();
        if (fate == Fate.RUNNING) {
            fate = Fate.REPORTING;
        }
        return fate == Fate.REPORTING;
    }

    /** The lease is no longer the current one: tells the job, and interrupts it if it does not heed that. */
    synchronized void lose(StaleLeaseException.Reason reason) {
        lostBecause = reason;
        if (fate == Fate.RUNNING) {
            var unused = timer.schedule(this::interruptIfLost, abandonGrace.toMillis(), TimeUnit.MILLISECONDS);
        }
        fate = Fate.LOST;
        notifyAll();
    }

    /** The worker stops: ends the job at once. */
    synchronized void giveBack() {
        if (fate == Fate.RUNNING) {
            thread.interrupt();
        }
        if (fate != Fate.LOST) {
            fate = Fate.GIVEN_BACK;
        }
        notifyAll();
    }

    synchronized boolean isGivenBack() {
        return fate == Fate.GIVEN_BACK;
    }

    /** Why the lease was lost, if it was. */
    synchronized StaleLeaseException.Reason lostBecause() {
        return lostBecause;
    }

    /** Waits between two tries to report; false if the report matters no more. */
    synchronized boolean pause(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        long left = time.toMillis();
        while (left > 0 && !isAbandoned()) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        return !isAbandoned();
    }

    private synchronized void interruptIfLost() {
        if (fate == Fate.LOST && writer != null) {
            thread.interrupt();
            interruptedAt = System.nanoTime();
        }
    }

    /** Whether the job was interrupted after its lease was lost, and has gone on for the grace time all the same. */
    synchronized boolean isStuck() {
        return fate == Fate.LOST
                && writer != null
                && interruptedAt != 0
                && System.nanoTime() - interruptedAt >= abandonGrace.toNanos();
    }

    /** When the attempt began, by {@link System#nanoTime}. */
    long startedAt() {
        return startedAt;
    }

    /** Whether the processor was given a writer. */
    synchronized boolean hasBegun() {
        return begun;
    }

    @Override
    public BatchRequest request() {
        return leased.request();
    }

    @Override
    public Lease lease() {
        return leased.lease();
    }

    @Override
    public Instant submitted() {
        return leased.submitted();
    }

    @Override
    public OutputStream format(String name, String mediaType) {
        ResultWriter open;
        synchronized (this) {
            open = writer;
        }
        if (open == null) {
            throw new IllegalTransitionException(key(), "the attempt is over; it takes no further format");
        }
        return formats.track(name, open.format(name, mediaType));
    }

    /**
     * Checks what the processor left when it returned.
     *
     * @throws UnfinishedResultException if it wrote no format, or left one open, whose end may be missing
     */
    void checkFormats() {
        formats.check(key());
    }

    @Override
    public synchronized void progress(double fraction, String message) {
        // max before min, so that NaN becomes 0
        double inRange = fraction > 0 ? Math.min(fraction, 1) : 0;
        unreported = new Progress(inRange, message);
    }

    @Override
    public synchronized boolean isAbandoned() {
        return fate == Fate.LOST || fate == Fate.GIVEN_BACK;
    }
}
