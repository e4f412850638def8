package org.armlib.application;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Completed;
import org.armlib.domain.Eta;
import org.armlib.domain.EtaEstimator;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InProgress;
import org.armlib.domain.Manifest;
import org.armlib.domain.Pending;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RequestState;
import org.armlib.domain.Submission;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.HoldSource;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.StatusDetail;

/**
 * Builds the status of a submission from its state, its place in the queue, and the overview of the queue. Reads nothing
 * of other requests. Thread-safe.
 */
final class StatusFactory {
    private final QueueManager queue;
    private final CacheManager cache;
    private final Clock clock;
    private final HoldSource holds;
    private final OverviewCache overviews;

    StatusFactory(QueueManager queue, CacheManager cache, Clock clock, HoldSource holds) {
        this.queue = queue;
        this.cache = cache;
        this.clock = clock;
        this.holds = holds;
        this.overviews = new OverviewCache(queue, System::nanoTime);
    }

    BatchStatus of(Submission submission) {
        return of(submission, StatusDetail.FULL);
    }

    BatchStatus of(Submission submission, StatusDetail detail) {
        RequestState state = submission.state();
        if (state instanceof Pending pending) {
            return pending(submission, pending, detail);
        }
        if (state instanceof InProgress running) {
            return running(submission, running, detail);
        }
        if (state instanceof Completed) {
            return completed(submission);
        }
        StatusBuilder status = new StatusBuilder(submission);
        if (state instanceof Failed failed) {
            status.failure(failed.reason());
        }
        return status.build();
    }

    /** Returns the status of a result whose request the queue has forgotten. */
    static BatchStatus published(RequestKey key, Manifest manifest) {
        return new BatchStatus(
                key,
                BatchStatus.Status.COMPLETED,
                Optional.of(manifest.request()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(manifest.published()),
                manifest.attempt(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(manifest));
    }

    private BatchStatus completed(Submission submission) {
        Optional<Manifest> result = cache.find(submission.key()).map(CachedResult::manifest);
        if (result.isEmpty()) {
            return new StatusBuilder(submission)
                    .status(BatchStatus.Status.UNKNOWN)
                    .failure(Failure.retryable(
                            "its result was cleared, or the data were rebuilt since; submit it again to have it run"))
                    .build();
        }
        if (submission.request().sticky() && !result.get().request().sticky()) {
            // It became sticky while it ran, and its worker died before it could see to that.
            cache.promote(submission.key());
        }
        return new StatusBuilder(submission).result(result.get()).build();
    }

    private BatchStatus pending(Submission submission, Pending pending, StatusDetail detail) {
        StatusBuilder status = new StatusBuilder(submission);
        pending.lastFailure().ifPresent(status::failure);
        Optional<Hold> hold = pending.hold().or(holds::hold);
        hold.ifPresent(status::hold);
        if (detail == StatusDetail.BRIEF) {
            return status.build();
        }
        Optional<QueuePosition> position = queue.position(submission.key());
        position.ifPresent(status::position);
        QueueOverview overview = overviews.get();
        if (position.isPresent() && !overview.suspended() && overview.workers() > 0) {
            Instant now = clock.instant();
            Instant start =
                    latest(now, pending.notBefore(), hold.map(Hold::until).orElse(now));
            eta(submission.request(), position.get().value() - 1, overview, now, start)
                    .ifPresent(status::eta);
        }
        return status.build();
    }

    private BatchStatus running(Submission submission, InProgress running, StatusDetail detail) {
        StatusBuilder status =
                new StatusBuilder(submission).position(QueuePosition.RUNNING).progress(running.progress());
        if (detail == StatusDetail.BRIEF) {
            return status.build();
        }
        Instant now = clock.instant();
        Duration elapsed = Duration.between(running.started(), now);
        double progress = running.progress().fraction();
        Optional<Duration> typical = given(submission.request().estimatedTime()).or(() -> typical(overviews.get()));
        EtaEstimator.remaining(typical, elapsed, progress)
                .ifPresent(remaining -> status.eta(EtaEstimator.running(now, remaining)));
        return status.build();
    }

    /** Returns when a waiting request will be done, or empty if nothing is known of how long requests take. */
    private static Optional<Eta> eta(
            BatchRequest request, long ahead, QueueOverview overview, Instant now, Instant start) {
        Optional<Duration> own = given(request.estimatedTime());
        Optional<Duration> typical = typical(overview).or(() -> own);
        if (typical.isEmpty()) {
            return Optional.empty();
        }
        List<Duration> running = overview.running().stream()
                .map(other -> EtaEstimator.remaining(
                                given(other.estimatedTime()).or(() -> typical),
                                Duration.between(other.started(), now),
                                other.progress())
                        .orElse(Duration.ZERO))
                .toList();
        return Optional.of(EtaEstimator.waiting(
                start,
                ahead,
                overview.estimates().meanWith(typical.get()),
                own.orElse(typical.get()),
                running,
                overview.workers()));
    }

    /** Returns how long a request takes of which nothing is known, or empty if nothing is known of any. */
    private static Optional<Duration> typical(QueueOverview overview) {
        return overview.recent().mean().or(() -> overview.estimates().mean());
    }

    private static Optional<Duration> given(Duration estimate) {
        return estimate.isZero() ? Optional.empty() : Optional.of(estimate);
    }

    private static Instant latest(Instant first, Instant second, Instant third) {
        Instant later = first.isAfter(second) ? first : second;
        return later.isAfter(third) ? later : third;
    }

    /** Gathers what is known of a submission. */
    private static final class StatusBuilder {
        private final Submission submission;
        private BatchStatus.Status status;
        private Optional<QueuePosition> position = Optional.empty();
        private Optional<Eta> eta = Optional.empty();
        private Optional<Hold> hold = Optional.empty();
        private Optional<Progress> progress = Optional.empty();
        private Optional<Failure> failure = Optional.empty();
        private Optional<Manifest> result = Optional.empty();

        StatusBuilder(Submission submission) {
            this.submission = submission;
            this.status = BatchStatus.Status.of(submission.phase());
        }

        StatusBuilder status(BatchStatus.Status shown) {
            this.status = shown;
            return this;
        }

        StatusBuilder position(QueuePosition place) {
            this.position = Optional.of(place);
            return this;
        }

        StatusBuilder eta(Eta expected) {
            this.eta = Optional.of(expected);
            return this;
        }

        StatusBuilder hold(Hold reason) {
            this.hold = Optional.of(reason);
            return this;
        }

        StatusBuilder progress(Progress reported) {
            this.progress = Optional.of(reported);
            return this;
        }

        StatusBuilder failure(Failure reason) {
            this.failure = Optional.of(reason);
            return this;
        }

        StatusBuilder result(Manifest manifest) {
            this.result = Optional.of(manifest);
            return this;
        }

        /** The request may have become sticky after it had ended. */
        private BatchRequest request(Manifest manifest) {
            BatchRequest submitted = submission.request();
            return submitted.withCachePolicy(
                    submitted.cachePolicy().or(manifest.request().cachePolicy()));
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
                    hold,
                    progress,
                    failure,
                    result);
        }
    }
}
