package org.armlib.application;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.armlib.application.FailureClassifier.OfThePlace;
import org.armlib.application.FailureClassifier.OfTheRequest;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.Backoff;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.Phase;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.AttemptOutcome;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Commit;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.ResultWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one leased request through processor, publication and report, and says what each way of failing means. */
final class Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** The rebuilds of the data that may follow one another in the attempts of a request before they spend attempts. */
    private static final int MAX_REBUILDS = 5;

    private final QueueManager queue;
    private final CacheManager cache;
    private final RequestProcessor processor;
    private final LeaseGate gate;
    private final Backoff backoff;
    private final Duration maxHold;
    private final RequestListener listener;
    private final Outage reporting = new Outage(LOG, "reporting to the queue");

    Attempt(
            QueueManager queue,
            CacheManager cache,
            RequestProcessor processor,
            LeaseGate gate,
            WorkerOptions options,
            RequestListener listener) {
        this.queue = queue;
        this.cache = cache;
        this.processor = processor;
        this.gate = gate;
        this.backoff = options.outageBackoff();
        this.maxHold = options.maxHold();
        this.listener = listener;
    }

    /**
     * Runs the job to its end; whatever happens to it is reported to the queue, or logged.
     *
     * @param permit the right under which the job was leased
     */
    void run(RunningJob job, LeaseGate.Permit permit) {
        long begun = System.nanoTime();
        AttemptOutcome outcome = new AttemptOutcome.Unreported();
        listener.attemptBegan(job.leased(), job.waited());
        try {
            outcome = outcome(job, permit);
        } finally {
            listener.attemptEnded(job.leased(), outcome, Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    private AttemptOutcome outcome(RunningJob job, LeaseGate.Permit permit) {
        try {
            if (!isPublished(job.leased())) {
                return process(job);
            }
            // An earlier attempt published and died before it could say so.
            if (!job.beginReport()) {
                throw new AbandonedException();
            }
            return complete(job, Optional.empty());
        } catch (Throwable problem) {
            if (job.beginReport()) {
                return failed(job, permit, problem);
            }
            if (job.isGivenBack()) {
                return givenBack(job);
            }
            LOG.info("the job of '{}' has ended after its lease was lost", job.key());
            return new AttemptOutcome.LeaseLost(job.lostBecause());
        }
    }

    private AttemptOutcome givenBack(RunningJob job) {
        release(job);
        return new AttemptOutcome.GivenBack(AttemptOutcome.Reason.STOPPING);
    }

    /** Fails the attempt of a job whose thread does not end: it may be what keeps the process from working. */
    void failStopped(RunningJob job, String reason) {
        try {
            queue.fail(job.lease(), Failure.retryable(reason));
        } catch (StaleLeaseException e) {
            LOG.debug("nothing to report", e);
        } catch (RuntimeException | Error problem) {
            LOG.warn(
                    "'{}' could not be reported, its lease will run out: {}", job.key(), problem.getMessage(), problem);
        }
    }

    /** Gives the request back to the queue. */
    void release(RunningJob job) {
        try {
            queue.release(job.lease());
        } catch (StaleLeaseException e) {
            LOG.debug("nothing to give back", e);
        } catch (RuntimeException | Error problem) {
            LOG.warn(
                    "'{}' could not be given back, its lease will run out: {}",
                    job.key(),
                    problem.getMessage(),
                    problem);
        }
    }

    private boolean isPublished(LeasedRequest leased) {
        return leased.lease().attempt() > 1
                && cache.find(leased.request().key())
                        .filter(result -> result.manifest()
                                .submission()
                                .equals(leased.lease().submission()))
                        .isPresent();
    }

    @SuppressWarnings("InterruptedExceptionSwallowed") // outcome() looks at the job's fate, which says who interrupted
    private AttemptOutcome process(RunningJob job) throws Exception {
        Optional<Manifest> published = Optional.empty();
        try (ResultWriter writer = cache.write(job.leased())) {
            job.writeTo(writer);
            processor.process(job);
            if (!job.beginReport()) {
                throw new AbandonedException();
            }
            gate.succeeded(Hold.Cause.UPSTREAM);
            job.checkFormats();
            Commit commit = writer.commit();
            if (commit instanceof Commit.Published result) {
                published = Optional.of(result.manifest());
            } else if (commit instanceof Commit.Discarded discarded && discarded.reason() == Commit.Reason.SUPERSEDED) {
                return superseded(job);
            }
        }
        gate.succeeded(Hold.Cause.CACHE);
        gate.succeeded(Hold.Cause.WORKER);
        gate.cleared(job.key());
        return complete(job, published);
    }

    private AttemptOutcome complete(RunningJob job, Optional<Manifest> published) {
        return report(job, "complete", () -> {
            Submission done = queue.complete(job.lease());
            if (done.request().sticky() && !job.request().sticky()) {
                // Somebody asked for it to be sticky while it ran.
                cache.promote(job.key());
            }
            return new AttemptOutcome.Completed(published);
        });
    }

    /** The queue has no later submission, or refuses the report: then a clock that was ahead has made one. */
    private AttemptOutcome superseded(RunningJob job) {
        Optional<Manifest> later = cache.find(job.key()).map(CachedResult::manifest);
        if (later.filter(manifest -> manifest.request().sameRequest(job.request()))
                .isPresent()) {
            return complete(job, Optional.empty());
        }
        SubmissionId submission = job.lease().submission();
        Optional<SubmissionId> withdrawn = cache.retracted(job.key()).filter(upTo -> upTo.compareTo(submission) >= 0);
        if (withdrawn.isEmpty()) {
            return fail(job, Failure.retryable("its result was withdrawn"));
        }
        Failure failure = Failure.permanent(
                "its submission is older than one that was withdrawn; it is run again as a later submission");
        return report(job, "run again", () -> {
            Submission failed = queue.fail(job.lease(), failure);
            queue.resubmit(failed.request(), withdrawn.get());
            return new AttemptOutcome.Failed(failure, true);
        });
    }

    private AttemptOutcome fail(RunningJob job, Failure failure) {
        return report(job, "fail", () -> {
            Submission failed = queue.fail(job.lease(), failure);
            return new AttemptOutcome.Failed(failure, failed.phase() == Phase.FAILED);
        });
    }

    private AttemptOutcome hold(RunningJob job, OfThePlace outage, Duration delay) {
        return report(job, "hold", () -> {
            queue.hold(job.lease(), outage.part(), outage.reason(), delay);
            return new AttemptOutcome.GivenBack(AttemptOutcome.Reason.of(outage.part()));
        });
    }

    private AttemptOutcome failed(RunningJob job, LeaseGate.Permit permit, Throwable problem) {
        LOG.debug("attempt {} of '{}' failed", job.lease().attempt(), job.key(), problem);
        FailureClassifier.Meaning meaning = FailureClassifier.meaning(problem);
        if (meaning instanceof OfThePlace outage) {
            LeaseGate.Verdict verdict = verdict(job, permit, outage);
            if (isHeldForTooLong(job.leased())) {
                LOG.info("'{}' ends failed, it was held for longer than {}: {}", job.key(), maxHold, outage.reason());
                return fail(
                        job,
                        Failure.permanent(
                                "held for longer than " + maxHold + " (worker.max-hold): " + outage.reason()));
            }
            LOG.info(
                    "'{}' is {}: {}",
                    job.key(),
                    verdict.spendsAttempt() ? "failed, as others succeed" : "held for " + verdict.delay(),
                    outage.reason());
            return verdict.spendsAttempt()
                    ? fail(job, Failure.retryable(outage.reason()))
                    : hold(job, outage, verdict.delay());
        }
        Failure failure = ((OfTheRequest) meaning).failure();
        if (failure.kind() == Failure.Kind.PERMANENT) {
            // A definite answer, although not the wanted one.
            gate.succeeded(Hold.Cause.UPSTREAM);
        }
        LOG.info("attempt {} of '{}' failed: {}", job.lease().attempt(), job.key(), failure.message());
        return fail(job, failure);
    }

    private boolean isHeldForTooLong(LeasedRequest leased) {
        return leased.hold()
                .filter(hold -> Duration.between(hold.since(), hold.until()).compareTo(maxHold) > 0)
                .isPresent();
    }

    private LeaseGate.Verdict verdict(RunningJob job, LeaseGate.Permit permit, OfThePlace outage) {
        int holds = job.leased().hold().map(Hold::count).orElse(0);
        if (outage.part() == Hold.Cause.REBUILD) {
            // The data are there already; only a request that meets a rebuild each time is slowed down.
            Duration delay = holds == 0
                    ? Duration.ZERO
                    : backoff.after(holds, ThreadLocalRandom.current().nextDouble());
            return new LeaseGate.Verdict(holds >= MAX_REBUILDS, delay);
        }
        return gate.failed(outage.part(), job.key(), permit, job.leased().hold(), outage.reason(), outage.retryAfter());
    }

    /** Has the queue take a report; tries again while the queue does not answer and the report matters. */
    private AttemptOutcome report(RunningJob job, String what, Supplier<AttemptOutcome> call) {
        for (int tries = 1; ; tries++) {
            try {
                AttemptOutcome outcome = call.get();
                reporting.over();
                return outcome;
            } catch (StaleLeaseException e) {
                LOG.info("{}", e.getMessage());
                return new AttemptOutcome.LeaseLost(e.reason());
            } catch (ArmlibException e) {
                reporting.begun(e);
                if (!e.retryable() || !pause(job, tries)) {
                    LOG.warn(
                            "'{}' could not be reported ({}); its lease will run out: {}",
                            job.key(),
                            what,
                            e.getMessage());
                    return new AttemptOutcome.Unreported();
                }
            }
        }
    }

    private boolean pause(RunningJob job, int tries) {
        try {
            return job.pause(backoff.after(tries, ThreadLocalRandom.current().nextDouble()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends an attempt whose processor returned although its lease was lost. */
    private static final class AbandonedException extends ArmlibException {
        AbandonedException() {
            super("the attempt was abandoned");
        }
    }
}
