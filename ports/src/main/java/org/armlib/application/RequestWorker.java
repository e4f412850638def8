package org.armlib.application;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestProcessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs the requests that the queue leases to it: a number of threads, each of which leases a request, has the processor
 * run it, publishes its result and completes it, and one thread that keeps the leases of running requests.
 *
 * <p>It goes on whatever a job throws and while a backend fails. While a thread runs a request, the diagnostic context of its
 * log ({@link MDC}) has the request's key as {@value #MDC_KEY}, the number of the attempt as {@value #MDC_ATTEMPT}, and the
 * trace that it was submitted in, if any, as {@value #MDC_TRACE}. Thread-safe.
 */
public final class RequestWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestWorker.class);
    private static final String MDC_KEY = "armlib.key";
    private static final String MDC_ATTEMPT = "armlib.attempt";
    private static final String MDC_TRACE = "trace_id";
    private static final Duration LEASE_WAIT = Duration.ofSeconds(20);

    private final QueueManager queue;
    private final WorkerOptions options;
    private final Attempt attempt;
    private final UpstreamGate gate;
    private final Outage leasing = new Outage(LOG, "taking on requests");
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Threads.named("armlib-heartbeat"));
    private final Heartbeat heartbeat;
    private final List<Slot> slots;

    /**
     * A worker on {@code queue} and {@code cache}, which it does not close; it does nothing before {@link #start}.
     *
     * @param listeners are told of each attempt
     */
    public RequestWorker(
            QueueManager queue,
            CacheManager cache,
            RequestProcessor processor,
            WorkerOptions options,
            RequestListener... listeners) {
        this.queue = queue;
        this.options = options;
        this.gate = new UpstreamGate(processor, options.outageBackoff(), stopping);
        this.attempt = new Attempt(queue, cache, processor, gate, options.outageBackoff(), new Listeners(listeners));
        this.heartbeat = new Heartbeat(
                queue,
                options.retryPolicy(),
                new Outage(LOG, "keeping the leases of running requests"),
                System::nanoTime);
        this.slots = IntStream.rangeClosed(1, options.threads())
                .mapToObj(number -> new Slot(options.name() + "-" + number))
                .toList();
    }

    /** Begins to lease and run requests. Called once. */
    public void start() {
        heartbeat.start(timer);
        slots.forEach(slot -> slot.thread.start());
        LOG.info("workers started as {}: {}", options.name(), slots.size());
    }

    /**
     * Stops leasing, lets running jobs finish within the grace time, gives the rest back to the queue, and returns. If
     * the calling thread is interrupted, the grace time is over at once.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopping.countDown();
        slots.forEach(Slot::wakeIfIdle);
        boolean interrupted = !joinAll(options.grace());
        List<RunningJob> late =
                slots.stream().flatMap(slot -> slot.job().stream()).toList();
        late.forEach(RunningJob::giveBack);
        interrupted |= !joinAll(options.abandonGrace());
        slots.stream().flatMap(slot -> slot.job().stream()).forEach(job -> {
            LOG.warn("the job of '{}' does not heed its interruption; its request is given back", job.key());
            attempt.release(job);
        });
        timer.shutdownNow();
        LOG.info("{} stopped", options.name());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until every thread has ended, for {@code patience} in all; false if interrupted while waiting. */
    private boolean joinAll(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (Slot slot : slots) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left > 0) {
                    slot.thread.join(left);
                }
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** One thread and what it runs. */
    private final class Slot {
        private final WorkerId worker;
        private final Thread thread;
        private @Nullable RunningJob running;

        Slot(String name) {
            this.worker = new WorkerId(name);
            this.thread = Threads.named(name).newThread(this::work);
        }

        private void work() {
            int failures = 0;
            try {
                while (gate.awaitOpen()) {
                    try {
                        List<LeasedRequest> leased = queue.lease(worker, 1, LEASE_WAIT);
                        leasing.over();
                        failures = 0;
                        leased.forEach(this::run);
                    } catch (RuntimeException | Error problem) {
                        leasing.begun(problem);
                        failures++;
                        pause(options.outageBackoff()
                                .after(failures, ThreadLocalRandom.current().nextDouble()));
                    }
                }
            } catch (InterruptedException e) {
                // Only close() interrupts a thread between jobs, to end it.
                LOG.debug("{} ends", worker);
            }
        }

        private void run(LeasedRequest leased) {
            MDC.put(MDC_KEY, leased.request().key().value());
            MDC.put(MDC_ATTEMPT, Integer.toString(leased.lease().attempt()));
            leased.request().trace().ifPresent(trace -> MDC.put(MDC_TRACE, trace.traceId()));
            RunningJob job = new RunningJob(leased, thread, options, timer);
            try {
                if (begin(job)) {
                    heartbeat.add(job);
                    attempt.run(job);
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

        /** Takes the job on; false if the worker is stopping, so that it is to be given back. */
        private synchronized boolean begin(RunningJob job) {
            // An interruption meant for the wait for work must not meet the job.
            Thread.interrupted();
            running = job;
            if (isStopping()) {
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

        synchronized void wakeIfIdle() {
            if (running == null) {
                thread.interrupt();
            }
        }

        synchronized Optional<RunningJob> job() {
            return Optional.ofNullable(running);
        }

        @SuppressWarnings("ReturnValueIgnored") // whether stopping or not: the loop looks
        private void pause(Duration time) throws InterruptedException {
            stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
