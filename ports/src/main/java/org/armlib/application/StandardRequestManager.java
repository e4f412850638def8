package org.armlib.application;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Cancelled;
import org.armlib.domain.Completed;
import org.armlib.domain.Eta;
import org.armlib.domain.EtaEstimator;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.InProgress;
import org.armlib.domain.KeyConflictException;
import org.armlib.domain.Manifest;
import org.armlib.domain.Pending;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RequestState;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.TraceContext;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestManager;
import org.armlib.ports.Submitted;

/**
 * The request manager over one queue and one cache: answers from the cache what it holds, and queues the rest.
 *
 * <p>Holds no state of its own, so that any number of servers may each have one. Thread-safe.
 */
public final class StandardRequestManager implements RequestManager {
    /** A submit tries again when what it saw is purged or replaced under its eyes; more often than this it gives up. */
    private static final int MAX_ROUNDS = 10;

    private static final int RUNNING_CONSIDERED = 200;

    private final QueueManager queue;
    private final CacheManager cache;
    private final Clock clock;
    private final RequestListener listener;

    /**
     * A manager over {@code queue} and {@code cache}, which it does not close.
     *
     * @param listeners are told of each submission
     */
    public StandardRequestManager(QueueManager queue, CacheManager cache, Clock clock, RequestListener... listeners) {
        this.queue = queue;
        this.cache = cache;
        this.clock = clock;
        this.listener = new Listeners(listeners);
    }

    @Override
    public Submitted submit(BatchRequest request) {
        Submitted submitted = cachedOrQueued(request);
        listener.submitted(submitted);
        return submitted;
    }

    private Submitted cachedOrQueued(BatchRequest request) {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Optional<Manifest> cached = cached(request);
            if (cached.isPresent()) {
                return new Submitted(Submitted.How.CACHED, published(request.key(), cached.get()));
            }
            Enqueued enqueued = queue.submit(request);
            if (enqueued.outcome() != Enqueued.Outcome.ALREADY_COMPLETED) {
                return submitted(enqueued);
            }
            // Completed, but not in the cache: published since we looked, or cleared.
            if (cache.find(request.key()).isEmpty()) {
                Enqueued again = runAgain(request, enqueued.submission().id());
                if (again.outcome() != Enqueued.Outcome.ALREADY_COMPLETED) {
                    return submitted(again);
                }
            }
        }
        throw new QueueException(
                "submitting '" + request.key() + "': its result came and went " + MAX_ROUNDS
                        + " times meanwhile; try again",
                true);
    }

    @Override
    public Optional<Submitted> resubmit(RequestKey key, Optional<TraceContext> trace) {
        Optional<Submitted> submitted = queuedAgain(key, trace);
        submitted.ifPresent(listener::submitted);
        return submitted;
    }

    private Optional<Submitted> queuedAgain(RequestKey key, Optional<TraceContext> trace) {
        Optional<Submission> submission = queue.find(key);
        if (submission.isPresent() && !submission.get().phase().isFinished()) {
            return Optional.of(new Submitted(Submitted.How.JOINED, live(submission.get())));
        }
        Optional<Manifest> cached = cache.find(key).map(CachedResult::manifest);
        Optional<BatchRequest> request = submission.map(Submission::request).or(() -> cached.map(Manifest::request));
        if (request.isEmpty()) {
            return Optional.empty();
        }
        SubmissionId superseded = submission
                .map(Submission::id)
                .or(() -> cached.map(Manifest::submission))
                .orElseThrow();
        BatchRequest again = cached.map(manifest -> request.get()
                        .withCachePolicy(request.get()
                                .cachePolicy()
                                .or(manifest.request().cachePolicy())))
                .orElse(request.get());
        return Optional.of(submitted(runAgain(trace.map(again::withTrace).orElse(again), superseded)));
    }

    @Override
    public BatchStatus status(RequestKey key) {
        return queue.find(key)
                .map(this::status)
                .orElseGet(() -> cache.find(key)
                        .map(result -> published(key, result.manifest()))
                        .orElseGet(() -> BatchStatus.unknown(key)));
    }

    @Override
    public Optional<CachedResult> result(RequestKey key) {
        return cache.find(key);
    }

    @Override
    public BatchStatus cancel(RequestKey key) {
        Optional<Submission> cancelled = queue.cancel(key);
        cancelled
                .filter(submission -> submission.state() instanceof Cancelled
                        && submission.state().attempts() > 0)
                // Its worker may be about to publish.
                .ifPresent(submission -> cache.retract(key, submission.id()));
        return cancelled.map(this::status).orElseGet(() -> status(key));
    }

    /** The published result of exactly this request, sticky if the request is. */
    private Optional<Manifest> cached(BatchRequest request) {
        Optional<Manifest> found = cache.find(request.key()).map(CachedResult::manifest);
        if (found.isPresent() && !found.get().request().sameRequest(request)) {
            throw new KeyConflictException(found.get().request(), request);
        }
        if (found.isPresent() && request.sticky() && !found.get().request().sticky()) {
            return cache.promote(request.key())
                    ? found.map(manifest -> manifest.withCachePolicy(request.cachePolicy()))
                    : Optional.empty();
        }
        return found;
    }

    /** Withdraws what the earlier submission has published, or its stragglers yet may, and queues a new one. */
    private Enqueued runAgain(BatchRequest request, SubmissionId earlier) {
        cache.retract(request.key(), earlier);
        return queue.resubmit(request, earlier);
    }

    private Submitted submitted(Enqueued enqueued) {
        Submitted.How how = enqueued.outcome() == Enqueued.Outcome.ADDED ? Submitted.How.QUEUED : Submitted.How.JOINED;
        return new Submitted(how, status(enqueued.submission()));
    }

    private BatchStatus status(Submission submission) {
        RequestState state = submission.state();
        if (state instanceof Completed) {
            return completed(submission);
        }
        if (state instanceof Failed failed) {
            return new Description(submission).failure(failed.reason()).build();
        }
        return state instanceof Cancelled ? new Description(submission).build() : live(submission);
    }

    private BatchStatus completed(Submission submission) {
        Optional<Manifest> result = cache.find(submission.key()).map(CachedResult::manifest);
        if (result.isEmpty()) {
            return new Description(submission)
                    .status(BatchStatus.Status.UNKNOWN)
                    .failure(Failure.retryable(
                            "its result was cleared, or the data were rebuilt since; submit it again to have it run"))
                    .build();
        }
        if (submission.request().sticky() && !result.get().request().sticky()) {
            // It became sticky while it ran, and its worker died before it could see to that.
            cache.promote(submission.key());
        }
        return new Description(submission).result(result.get()).build();
    }

    private BatchStatus live(Submission submission) {
        Instant now = clock.instant();
        Description description = new Description(submission);
        if (submission.state() instanceof InProgress running) {
            return description
                    .position(OptionalLong.of(0))
                    .progress(running.progress())
                    .eta(EtaEstimator.running(now, remaining(submission, running, now)))
                    .build();
        }
        if (submission.state() instanceof Pending pending) {
            pending.lastFailure().ifPresent(description::failure);
        }
        OptionalLong position = queue.position(submission.key());
        description.position(position);
        position.ifPresent(place -> description.eta(eta(submission, place - 1, now)));
        return description.build();
    }

    private Eta eta(Submission submission, long ahead, Instant now) {
        QueueOverview overview = queue.overview();
        long pending = Math.max(1, overview.count(Phase.PENDING));
        List<Duration> running = queue.list(Phase.IN_PROGRESS, Optional.empty(), RUNNING_CONSIDERED).items().stream()
                .filter(other -> other.state() instanceof InProgress)
                .map(other -> remaining(other, (InProgress) other.state(), now))
                .toList();
        return EtaEstimator.waiting(
                now,
                ahead,
                EtaEstimator.orUnknown(overview.pendingEstimate().dividedBy(pending)),
                EtaEstimator.orUnknown(submission.request().estimatedTime()),
                running,
                overview.workers());
    }

    private static Duration remaining(Submission submission, InProgress running, Instant now) {
        return EtaEstimator.remaining(submission.request().estimatedTime(), Duration.between(running.started(), now));
    }

    /** The status of a result whose request the queue has forgotten. */
    private static BatchStatus published(RequestKey key, Manifest manifest) {
        return new BatchStatus(
                key,
                BatchStatus.Status.COMPLETED,
                Optional.of(manifest.request()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(manifest.published()),
                manifest.attempt(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(manifest));
    }

    /** Gathers what is told of a submission. */
    private static final class Description {
        private final Submission submission;
        private BatchStatus.Status status;
        private OptionalLong position = OptionalLong.empty();
        private Optional<Eta> eta = Optional.empty();
        private Optional<Progress> progress = Optional.empty();
        private Optional<Failure> failure = Optional.empty();
        private Optional<Manifest> result = Optional.empty();

        Description(Submission submission) {
            this.submission = submission;
            this.status = BatchStatus.Status.of(submission.phase());
        }

        Description status(BatchStatus.Status told) {
            this.status = told;
            return this;
        }

        Description position(OptionalLong place) {
            this.position = place;
            return this;
        }

        Description eta(Eta expected) {
            this.eta = Optional.of(expected);
            return this;
        }

        Description progress(Progress reported) {
            this.progress = Optional.of(reported);
            return this;
        }

        Description failure(Failure reason) {
            this.failure = Optional.of(reason);
            return this;
        }

        Description result(Manifest manifest) {
            this.result = Optional.of(manifest);
            return this;
        }

        /** It may have become sticky after it had ended. */
        private BatchRequest request(Manifest manifest) {
            BatchRequest asked = submission.request();
            return asked.withCachePolicy(
                    asked.cachePolicy().or(manifest.request().cachePolicy()));
        }

        BatchStatus build() {
            RequestState state = submission.state();
            Optional<Instant> started = state instanceof InProgress running
                    ? Optional.of(running.started())
                    : state instanceof Completed done ? Optional.of(done.started()) : Optional.empty();
            Optional<Instant> finished =
                    state instanceof RequestState.Finished ended ? Optional.of(ended.finished()) : Optional.empty();
            return new BatchStatus(
                    submission.key(),
                    status,
                    Optional.of(result.map(this::request).orElse(submission.request())),
                    Optional.of(submission.submitted()),
                    started,
                    finished,
                    state.attempts(),
                    position,
                    eta,
                    progress,
                    failure,
                    result);
        }
    }
}
