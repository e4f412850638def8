package org.armlib.application;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.Backoff;
import org.armlib.domain.Failure;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.Phase;
import org.armlib.domain.StaleEpochException;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.ports.AttemptOutcome;
import org.armlib.ports.BackendException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Commit;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.ResultWriter;
import org.armlib.ports.UpstreamUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one leased request through processor, publication and report, and says what each way of failing means. */
final class Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final QueueManager queue;
    private final CacheManager cache;
    private final RequestProcessor processor;
    private final UpstreamGate gate;
    private final Backoff backoff;
    private final RequestListener listener;
    private final Outage reporting = new Outage(LOG, "reporting to the queue");

    Attempt(
            QueueManager queue,
            CacheManager cache,
            RequestProcessor processor,
            UpstreamGate gate,
            Backoff backoff,
            RequestListener listener) {
        this.queue = queue;
        this.cache = cache;
        this.processor = processor;
        this.gate = gate;
        this.backoff = backoff;
        this.listener = listener;
    }

    /**
     * Runs the job to its end; whatever happens to it is reported to the queue, or logged.
     *
     * @throws BackendException if the cache does not work, so that the job could not be begun; it is given back
     */
    void run(RunningJob job) {
        long begun = System.nanoTime();
        AttemptOutcome outcome = new AttemptOutcome.Unreported();
        listener.attemptBegan(job.leased(), job.waited());
        try {
            outcome = outcome(job);
        } catch (BackendException unavailable) {
            outcome = new AttemptOutcome.GivenBack(AttemptOutcome.Reason.CACHE_UNAVAILABLE);
            throw unavailable;
        } finally {
            listener.attemptEnded(job.leased(), outcome, Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    private AttemptOutcome outcome(RunningJob job) {
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
                return failed(job, problem);
            }
            if (job.isGivenBack()) {
                release(job);
                return new AttemptOutcome.GivenBack(AttemptOutcome.Reason.STOPPING);
            }
            LOG.info("the job of '{}' has ended after its lease was lost", job.key());
            return new AttemptOutcome.LeaseLost(job.lostBecause());
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
            gate.works();
            Commit commit = writer.commit();
            if (commit instanceof Commit.Published result) {
                published = Optional.of(result.manifest());
            } else if (commit instanceof Commit.Discarded discarded && discarded.reason() == Commit.Reason.SUPERSEDED) {
                return fail(job, Failure.retryable("its result was withdrawn"));
            }
        }
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

    private AttemptOutcome fail(RunningJob job, Failure failure) {
        return report(job, "fail", () -> {
            Submission failed = queue.fail(job.lease(), failure);
            return new AttemptOutcome.Failed(failure, failed.phase() == Phase.FAILED);
        });
    }

    private AttemptOutcome giveBack(RunningJob job, AttemptOutcome.Reason reason) {
        return report(job, "release", () -> {
            queue.release(job.lease());
            return new AttemptOutcome.GivenBack(reason);
        });
    }

    private AttemptOutcome failed(RunningJob job, Throwable problem) {
        if (problem instanceof BackendException backend && backend.retryable() && !job.hasBegun()) {
            release(job);
            throw backend;
        } else if (problem instanceof StaleEpochException) {
            LOG.info("{}", problem.getMessage());
            return giveBack(job, AttemptOutcome.Reason.REBUILT);
        } else if (problem instanceof UpstreamUnavailableException unavailable) {
            gate.close(unavailable);
            return giveBack(job, AttemptOutcome.Reason.UPSTREAM_UNAVAILABLE);
        } else {
            Failure failure = problem instanceof PermanentFailureException
                    ? Failure.permanent(message(problem))
                    : Failure.retryable(message(problem));
            LOG.info("attempt {} of '{}' failed: {}", job.lease().attempt(), job.key(), failure.message());
            LOG.debug("attempt {} of '{}' failed", job.lease().attempt(), job.key(), problem);
            return fail(job, failure);
        }
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

    private static String message(Throwable problem) {
        if (problem instanceof IOException && problem.getCause() instanceof ArmlibException explained) {
            // A stream of the cache can throw nothing else.
            return message(explained);
        }
        String message = problem.getMessage();
        if (problem instanceof ArmlibException && message != null) {
            return message;
        }
        String type = problem.getClass().getSimpleName();
        return message == null || message.isBlank() ? type : type + ": " + message;
    }

    /** Ends an attempt whose processor returned although its lease was lost. */
    private static final class AbandonedException extends ArmlibException {
        AbandonedException() {
            super("the attempt was abandoned");
        }
    }
}
