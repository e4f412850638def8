package org.armlib.application;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.domain.Hold;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Checkable;
import org.armlib.ports.HoldSource;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.UpstreamProbe;
import org.armlib.ports.WorkerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs the requests that the queue leases to it: a number of threads, each of which leases a request, has the processor
 * run it, publishes its result and completes it, and one thread that keeps the leases of running requests.
 *
 * <p>It continues whatever a job throws and while a backend fails. While a part that every request needs does not work, it
 * {@linkplain #hold holds} leasing and tries one request at a time. While a thread runs a request, the diagnostic context of
 * its log ({@link MDC}) has the request's key as {@value WorkerThread#MDC_KEY}, the number of the attempt as
 * {@value WorkerThread#MDC_ATTEMPT}, and the trace that it was submitted in, if any, as {@value WorkerThread#MDC_TRACE}.
 * Thread-safe.
 */
public final class RequestWorker implements HoldSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestWorker.class);

    /** The threads that may be left to jobs which ignore their interruption, for each thread of the worker. */
    private static final int MAX_STUCK_PER_THREAD = 4;

    private final WorkerOptions options;
    private final RequestProcessor processor;
    private final CacheManager cache;
    private final Attempt attempt;
    private final LeaseGate gate;
    private final Outage leasing = new Outage(LOG, "leasing requests");
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Threads.named("armlib-heartbeat"));
    private final Heartbeat heartbeat;
    private final List<WorkerThread> threads = new CopyOnWriteArrayList<>();
    private final List<WorkerThread> stuck = new CopyOnWriteArrayList<>();
    private final AtomicInteger started = new AtomicInteger();
    private final QueueManager queue;
    private final Listeners listener;

    /**
     * A worker on {@code queue} and {@code cache}, which it does not close; it does nothing before {@link #start}.
     *
     * @param clock the time that a {@linkplain #hold hold} shows
     * @param listeners are told of each attempt
     */
    public RequestWorker(
            QueueManager queue,
            CacheManager cache,
            RequestProcessor processor,
            WorkerOptions options,
            Clock clock,
            RequestListener... listeners) {
        this.queue = queue;
        this.cache = cache;
        this.processor = processor;
        this.options = options;
        this.gate = new LeaseGate(options.outageBackoff(), this::works, this::wakeIdle, clock, System::nanoTime);
        this.listener = new Listeners(listeners);
        this.attempt = new Attempt(queue, cache, processor, gate, options, listener);
        this.heartbeat = new Heartbeat(
                queue,
                options.retryPolicy(),
                new Outage(LOG, "keeping the leases of running requests"),
                System::nanoTime);
    }

    /**
     * Starts to lease and run requests; holds leasing first if the cache cannot be {@linkplain Checkable written}. Called
     * once.
     */
    public void start() {
        checkCache();
        heartbeat.start(timer);
        long interval = Math.max(10, options.abandonGrace().toMillis() / 4);
        var unused = timer.scheduleWithFixedDelay(this::replaceStuck, interval, interval, TimeUnit.MILLISECONDS);
        for (int i = 0; i < options.threads(); i++) {
            startThread();
        }
        LOG.info("workers started as {}: {}", options.name(), options.threads());
    }

    private void checkCache() {
        try {
            if (cache instanceof Checkable checkable) {
                checkable.check();
            }
        } catch (CacheException e) {
            gate.close(Hold.Cause.CACHE, FailureClassifier.message(e));
        }
    }

    private void startThread() {
        WorkerThread thread = new WorkerThread(
                options.name() + "-" + started.incrementAndGet(),
                queue,
                attempt,
                gate,
                heartbeat,
                options,
                timer,
                leasing,
                stopping);
        threads.add(thread);
        thread.start();
    }

    @Override
    public Optional<Hold> hold() {
        return gate.hold();
    }

    /** Returns what the worker does at present. */
    public WorkerState state() {
        List<RunningJob> jobs = jobs();
        long now = System.nanoTime();
        return new WorkerState(
                options.threads(),
                jobs.size(),
                jobs.stream()
                        .map(job -> Duration.ofNanos(now - job.startedAt()))
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO),
                (int) stuck.stream().filter(WorkerThread::isAlive).count(),
                gate.hold());
    }

    /**
     * Stops leasing, lets running jobs finish within the grace time, gives the rest back to the queue, and returns. If
     * the calling thread is interrupted, the grace time is over immediately. A call while another closes the worker waits
     * for that one.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            awaitClosed();
            return;
        }
        try {
            stop();
        } finally {
            closed.countDown();
        }
    }

    private void awaitClosed() {
        try {
            Duration patience = options.grace().plus(options.abandonGrace()).plusMinutes(1);
            if (!closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} is still being closed by another thread", options.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        stopping.countDown();
        gate.stop();
        // Their threads wait for this one to end the process.
        List<WorkerThread> exiting =
                threads.stream().filter(WorkerThread::isExitingProcess).toList();
        exiting.forEach(thread -> thread.job().ifPresent(job -> {
            LOG.warn("the processor of '{}' ends the process (System.exit); its attempt fails", job.key());
            attempt.failStopped(job, "the processor called System.exit; it must return or throw instead");
        }));
        List<WorkerThread> others =
                threads.stream().filter(thread -> !exiting.contains(thread)).toList();
        wakeIdle();
        boolean interrupted = !joinAll(others, options.grace());
        others.stream().flatMap(thread -> thread.job().stream()).forEach(RunningJob::giveBack);
        interrupted |= !joinAll(others, options.abandonGrace());
        others.stream().flatMap(thread -> thread.job().stream()).forEach(job -> {
            LOG.warn("the job of '{}' ignores its interruption; its request is given back", job.key());
            attempt.release(job);
        });
        timer.shutdownNow();
        LOG.info("{} stopped", options.name());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until every thread has ended, for {@code patience} in all; false if interrupted while waiting. */
    private static boolean joinAll(List<WorkerThread> threads, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (WorkerThread thread : threads) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left > 0) {
                    thread.join(left);
                }
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void wakeIdle() {
        threads.forEach(WorkerThread::wakeIfIdle);
    }

    private boolean works(Hold.Cause part) {
        try {
            if (part == Hold.Cause.CACHE && cache instanceof Checkable checkable) {
                checkable.check();
            }
            return part != Hold.Cause.UPSTREAM
                    || !(processor instanceof UpstreamProbe upstream)
                    || upstream.isAvailable();
        } catch (RuntimeException e) {
            LOG.debug("the probe of the {} failed", part.label(), e);
            return false;
        }
    }

    /** Starts another thread in place of each whose job was lost, was interrupted, and does not end. */
    private void replaceStuck() {
        int before = stuck.size();
        for (WorkerThread thread : List.copyOf(threads)) {
            Optional<RunningJob> job = thread.job().filter(RunningJob::isStuck);
            if (job.isPresent() && stopping.getCount() > 0 && mayReplace()) {
                LOG.warn(
                        "the job of '{}' ignores its interruption; another thread takes the place of {}",
                        job.get().key(),
                        thread.name());
                thread.detach();
                threads.remove(thread);
                stuck.add(thread);
                startThread();
            }
        }
        boolean ended = stuck.removeIf(thread -> !thread.isAlive());
        if (ended || stuck.size() != before) {
            listener.stuckThreads(stuck.size());
        }
    }

    private boolean mayReplace() {
        return stuck.size() < options.threads() * MAX_STUCK_PER_THREAD;
    }

    private List<RunningJob> jobs() {
        return threads.stream().flatMap(thread -> thread.job().stream()).toList();
    }
}
