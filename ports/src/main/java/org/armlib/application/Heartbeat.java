package org.armlib.application;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.Lease;
import org.armlib.domain.Progress;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.Renewal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the leases of running jobs, and passes on how far they have come: at each beat it renews all that are due by one
 * call. A job that ends before its first beat costs no more than its entry in a set. Thread-safe.
 */
final class Heartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(1);

    /** Four to the third at which a lease is renewed: the beat nearest to it misses it by an eighth of it at most. */
    private static final int BEATS_TO_A_LEASE = 12;

    private final QueueManager queue;
    private final Outage outage;
    private final LongSupplier nanoTime;
    private final Duration interval;
    private final Set<RunningJob> jobs = ConcurrentHashMap.newKeySet();

    /**
     * A heartbeat without jobs.
     *
     * @param policy says how long the shortest lease lasts
     * @param outage told when the queue begins to fail and when it works again
     * @param nanoTime as {@link System#nanoTime}
     */
    Heartbeat(QueueManager queue, RetryPolicy policy, Outage outage, LongSupplier nanoTime) {
        this.queue = queue;
        this.outage = outage;
        this.nanoTime = nanoTime;
        Duration wanted = policy.visibilityTimeout().dividedBy(BEATS_TO_A_LEASE);
        Duration atMost = wanted.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : wanted;
        this.interval = atMost.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : atMost;
    }

    /** The time between two beats. */
    Duration interval() {
        return interval;
    }

    void start(ScheduledExecutorService timer) {
        var unused =
                timer.scheduleWithFixedDelay(this::beat, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Keeps the lease of a job that was leased just now, until it is {@linkplain #remove removed}. */
    void add(RunningJob job) {
        job.renewed(nanoTime.getAsLong());
        jobs.add(job);
    }

    void remove(RunningJob job) {
        jobs.remove(job);
    }

    /** Never throws: what fails is tried again with the next beat. */
    void beat() {
        try {
            long now = nanoTime.getAsLong();
            List<RunningJob> due = jobs.stream()
                    .filter(job -> job.isRenewalDue(now + interval.toNanos() / 2))
                    .toList();
            boolean called = !due.isEmpty();
            boolean works = due.isEmpty() || renew(due, now);
            for (RunningJob job : jobs) {
                Optional<Progress> progress = job.unreported();
                if (progress.isPresent()) {
                    called = true;
                    works &= report(job, progress.get());
                }
            }
            if (called && works) {
                outage.over();
            }
        } catch (RuntimeException | Error problem) {
            outage.begun(problem);
        }
    }

    private boolean renew(List<RunningJob> due, long now) {
        try {
            List<Lease> leases = due.stream().map(RunningJob::lease).toList();
            List<Renewal> answers = queue.renewAll(leases);
            if (answers.size() != due.size()) {
                throw new QueueException(
                        "the queue was to renew " + due.size() + " leases and answered " + answers.size(), false);
            }
            for (int i = 0; i < due.size(); i++) {
                if (answers.get(i) instanceof Renewal.Refused refused) {
                    lost(due.get(i), refused.refusal());
                } else {
                    due.get(i).renewed(now);
                }
            }
            return true;
        } catch (RuntimeException | Error problem) {
            outage.begun(problem);
            boolean mayPass = problem instanceof ArmlibException known && known.retryable();
            if (!mayPass && due.size() > 1) {
                // It may be one lease that cannot be renewed; the others must not be lost for it.
                due.forEach(job -> renew(List.of(job), now));
            }
            return false;
        }
    }

    private boolean report(RunningJob job, Progress progress) {
        try {
            queue.progress(job.lease(), progress);
            job.reported(progress);
            return true;
        } catch (StaleLeaseException e) {
            lost(job, e);
            return true;
        } catch (RuntimeException | Error problem) {
            outage.begun(problem);
            return false;
        }
    }

    private void lost(RunningJob job, StaleLeaseException refusal) {
        // One that has ended meanwhile has given its lease up itself.
        if (jobs.contains(job)) {
            LOG.info("{}", refusal.getMessage());
            job.lose(refusal.reason());
        }
    }
}
