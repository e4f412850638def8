package org.armlib.application;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;
import org.armlib.ports.QueueManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One thread of a worker: waits for the gate, leases a request, runs it, and begins again. */
final class WorkerThread {
    static final String MDC_KEY = "armlib.key";
    static final String MDC_ATTEMPT = "armlib.attempt";
    static final String MDC_TRACE = "trace_id";

    private static final Logger LOG = LoggerFactory.getLogger(WorkerThread.class);
    private static final Duration LEASE_WAIT = Duration.ofSeconds(20);

    private final WorkerId worker;
    private final QueueManager queue;
    private final Attempt attempt;
    private final LeaseGate gate;
    private final Heartbeat heartbeat;
    private final WorkerOptions options;
    private final ScheduledExecutorService timer;
    private final CountDownLatch stopping;
    private final Outage leasing;
    private final Thread thread;
    private @Nullable RunningJob running;
    private volatile boolean detached;

    WorkerThread(
            String name,
            QueueManager queue,
            Attempt attempt,
            LeaseGate gate,
            Heartbeat heartbeat,
            WorkerOptions options,
            ScheduledExecutorService timer,
            Outage leasing,
            CountDownLatch stopping) {
        this.worker = new WorkerId(name);
        this.queue = queue;
        this.attempt = attempt;
        this.gate = gate;
        this.heartbeat = heartbeat;
        this.options = options;
        this.timer = timer;
        this.leasing = leasing;
        this.stopping = stopping;
        this.thread = Threads.named(name).newThread(this::work);
    }

    String name() {
        return worker.value();
    }

    void start() {
        thread.start();
    }

    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    /** Has the thread end after its job, which may never end. */
    void detach() {
        detached = true;
    }

    synchronized Optional<RunningJob> job() {
        return Optional.ofNullable(running);
    }

    /** Whether the job has called for the end of the process, which waits for the worker to close. */
    boolean isExitingProcess() {
        return job().isPresent()
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals("java.lang.Shutdown")
                                || (frame.getClassName().equals("java.lang.Runtime")
                                        && frame.getMethodName().equals("exit")));
    }

    /** Ends the wait for work or for the gate, which are begun again unless the worker stops. */
    synchronized void wakeIfIdle() {
        if (running == null) {
            thread.interrupt();
        }
    }

    private void work() {
        int failures = 0;
        while (isWanted()) {
            try {
                Optional<LeaseGate.Permit> permit = gate.await();
                if (permit.isEmpty()) {
                    return;
                }
                failures = leaseAndRun(permit.get()) ? 0 : failures + 1;
                if (failures > 0) {
                    pause(options.outageBackoff()
                            .after(failures, ThreadLocalRandom.current().nextDouble()));
                }
            } catch (InterruptedException e) {
                LOG.debug("{} looks whether it may lease", worker);
            }
        }
    }

    private boolean isWanted() {
        return stopping.getCount() > 0 && !detached;
    }

    /** Leases and runs one request, if there is one within the wait; false if the queue failed. */
    private boolean leaseAndRun(LeaseGate.Permit permit) throws InterruptedException {
        try {
            List<LeasedRequest> leased = queue.lease(worker, 1, LEASE_WAIT);
            leasing.over();
            if (leased.isEmpty()) {
                gate.idle(permit);
            }
            leased.forEach(request -> run(request, permit));
            return true;
        } catch (RuntimeException | Error problem) {
            leasing.begun(problem);
            return false;
        } finally {
            gate.done(permit);
        }
    }

    private void run(LeasedRequest leased, LeaseGate.Permit permit) {
        MDC.put(MDC_KEY, leased.request().key().value());
        MDC.put(MDC_ATTEMPT, Integer.toString(leased.lease().attempt()));
        leased.request().trace().ifPresent(trace -> MDC.put(MDC_TRACE, trace.traceId()));
        RunningJob job = new RunningJob(leased, thread, options, timer);
        try {
            if (begin(job) && gate.admits(permit)) {
                heartbeat.add(job);
                attempt.run(job, permit);
            } else {
                attempt.release(job);
            }
        } finally {
            heartbeat.remove(job);
            end();
            MDC.remove(MDC_TRACE);
            MDC.remove(MDC_ATTEMPT);
            MDC.remove(MDC_KEY);
        }
    }

    /** Accepts the job; false if the worker is stopping, so that it is to be given back. */
    private synchronized boolean begin(RunningJob job) {
        // An interruption meant for the wait for work must not meet the job.
        Thread.interrupted();
        running = job;
        if (stopping.getCount() == 0) {
            // Nobody interrupts what reports.
            var unused = job.beginReport();
            return false;
        }
        return true;
    }

    private synchronized void end() {
        running = null;
        // Nor one meant for the job the wait for work.
        Thread.interrupted();
    }

    @SuppressWarnings("ReturnValueIgnored") // whether stopping or not: the loop looks
    private void pause(Duration time) throws InterruptedException {
        stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
