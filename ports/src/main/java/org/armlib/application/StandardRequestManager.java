package org.armlib.application;

import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Cancelled;
import org.armlib.domain.Hold;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.KeyConflictException;
import org.armlib.domain.Manifest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.TraceContext;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Enqueued;
import org.armlib.ports.HoldSource;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestManager;
import org.armlib.ports.RequestValidator;
import org.armlib.ports.StatusDetail;
import org.armlib.ports.Submitted;
import org.armlib.ports.TransactionalQueue;

/**
 * The request manager over one queue and one cache: answers from the cache what it holds, and queues the rest.
 *
 * <p>Keeps no state but a copy of the queue's overview, a second old at most, so that any number of servers may each have
 * one. Thread-safe.
 */
public final class StandardRequestManager implements RequestManager {
    /** A submit tries again when what it saw is purged or replaced under its eyes; more often than this it gives up. */
    private static final int MAX_ROUNDS = 10;

    private final QueueManager queue;
    private final CacheManager cache;
    private final StatusFactory statuses;
    private final HoldSource holds;
    private final RequestValidator validator;
    private final RequestListener listener;

    /**
     * A manager over {@code queue} and {@code cache}, which it does not close.
     *
     * @param listeners are told of each submission
     */
    public StandardRequestManager(QueueManager queue, CacheManager cache, Clock clock, RequestListener... listeners) {
        this(queue, cache, clock, HoldSource.NONE, listeners);
    }

    /**
     * A manager over {@code queue} and {@code cache}, which it does not close, in a process whose worker may hold leasing
     * back.
     *
     * @param holds the source of the hold that statuses show and estimates take into account
     * @param listeners are told of each submission
     */
    public StandardRequestManager(
            QueueManager queue, CacheManager cache, Clock clock, HoldSource holds, RequestListener... listeners) {
        this(queue, cache, clock, holds, RequestValidator.NONE, listeners);
    }

    /**
     * A manager over {@code queue} and {@code cache}, which it does not close, that queues only valid requests.
     *
     * @param holds the source of the hold that statuses show and estimates take into account
     * @param validator refuses requests that cannot be run, see {@link RequestValidator#of}
     * @param listeners are told of each submission
     */
    public StandardRequestManager(
            QueueManager queue,
            CacheManager cache,
            Clock clock,
            HoldSource holds,
            RequestValidator validator,
            RequestListener... listeners) {
        this.queue = queue;
        this.cache = cache;
        this.statuses = new StatusFactory(queue, cache, clock, holds);
        this.holds = holds;
        this.validator = validator;
        this.listener = new Listeners(listeners);
    }

    @Override
    public Submitted submit(BatchRequest request, StatusDetail detail) {
        validator.validate(request);
        return told(cachedOrQueued(request, new Direct(), detail));
    }

    @Override
    public Submitted submit(BatchRequest request, Connection connection) {
        validator.validate(request);
        if (queue instanceof TransactionalQueue transactional) {
            return told(cachedOrQueued(request, new InTransaction(transactional, connection), StatusDetail.BRIEF));
        }
        throw new InvalidRequestException(
                "connection",
                "the queue, " + queue.getClass().getName()
                        + ", takes part in no transaction; the one of the adapter jdbc" + " does");
    }

    @Override
    public List<Submitted> submitAll(List<BatchRequest> requests) {
        requests.forEach(validator::validate);
        Submitted[] answers = new Submitted[requests.size()];
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < answers.length; i++) {
            Optional<Manifest> cached = cached(requests.get(i));
            if (cached.isPresent()) {
                answers[i] = answered(requests.get(i), cached.get());
            } else if (cache.retracted(requests.get(i).key()).isPresent()) {
                answers[i] = cachedOrQueued(requests.get(i), new Direct(), StatusDetail.BRIEF);
            } else {
                open.add(i);
            }
        }
        List<Enqueued> enqueued =
                queue.submitAll(open.stream().map(requests::get).toList());
        for (int j = 0; j < open.size(); j++) {
            int i = open.get(j);
            answers[i] = enqueued.get(j).outcome() == Enqueued.Outcome.ALREADY_COMPLETED
                    ? cachedOrQueued(requests.get(i), new Direct(), StatusDetail.BRIEF)
                    : submitted(enqueued.get(j), StatusDetail.BRIEF);
        }
        List<Submitted> all = List.of(answers);
        all.forEach(listener::submitted);
        return all;
    }

    private Submitted told(Submitted submitted) {
        listener.submitted(submitted);
        return submitted;
    }

    private static Submitted answered(BatchRequest request, Manifest cached) {
        return new Submitted(Submitted.How.CACHED, StatusFactory.published(request.key(), cached));
    }

    private Submitted cachedOrQueued(BatchRequest request, Way way, StatusDetail detail) {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Optional<Manifest> cached = cached(request);
            if (cached.isPresent()) {
                return answered(request, cached.get());
            }
            Enqueued enqueued = enqueue(request, way);
            if (enqueued.outcome() != Enqueued.Outcome.ALREADY_COMPLETED) {
                return submitted(enqueued, detail);
            }
            // Completed, but not in the cache: published since we looked, or cleared.
            if (cache.find(request.key()).isEmpty()) {
                Enqueued again = runAgain(request, enqueued.submission().id(), way);
                if (again.outcome() != Enqueued.Outcome.ALREADY_COMPLETED) {
                    return submitted(again, detail);
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
            return Optional.of(new Submitted(Submitted.How.JOINED, statuses.of(submission.get())));
        }
        Optional<Manifest> cached = cache.find(key).map(CachedResult::manifest);
        Optional<BatchRequest> request = submission.map(Submission::request).or(() -> cached.map(Manifest::request));
        if (request.isEmpty()) {
            return Optional.empty();
        }
        validator.validate(request.get());
        SubmissionId superseded = submission
                .map(Submission::id)
                .or(() -> cached.map(Manifest::submission))
                .orElseThrow();
        BatchRequest again = cached.map(manifest -> request.get()
                        .withCachePolicy(request.get()
                                .cachePolicy()
                                .or(manifest.request().cachePolicy())))
                .orElse(request.get());
        Enqueued enqueued = runAgain(trace.map(again::withTrace).orElse(again), superseded, new Direct());
        return Optional.of(submitted(enqueued, StatusDetail.FULL));
    }

    @Override
    public BatchStatus status(RequestKey key, StatusDetail detail) {
        return queue.find(key)
                .map(submission -> statuses.of(submission, detail))
                .orElseGet(() -> cache.find(key)
                        .map(result -> StatusFactory.published(key, result.manifest()))
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
        return cancelled.map(statuses::of).orElseGet(() -> status(key));
    }

    @Override
    public Optional<Hold> hold() {
        return holds.hold();
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

    /** Queues a request, with a submission after all that were withdrawn: their clock may have been ahead. */
    private Enqueued enqueue(BatchRequest request, Way way) {
        return cache.retracted(request.key())
                .map(withdrawn -> way.resubmit(request, withdrawn))
                .orElseGet(() -> way.submit(request));
    }

    /** Withdraws what the earlier submission has published, or its stragglers yet may, and queues a new one. */
    private Enqueued runAgain(BatchRequest request, SubmissionId earlier, Way way) {
        cache.retract(request.key(), earlier);
        SubmissionId withdrawn = cache.retracted(request.key())
                .filter(upTo -> upTo.compareTo(earlier) > 0)
                .orElse(earlier);
        return way.resubmit(request, withdrawn);
    }

    private Submitted submitted(Enqueued enqueued, StatusDetail detail) {
        Submitted.How how = enqueued.outcome() == Enqueued.Outcome.ADDED ? Submitted.How.QUEUED : Submitted.How.JOINED;
        return new Submitted(how, statuses.of(enqueued.submission(), detail));
    }

    /** The way of a submission into the queue. */
    private interface Way {
        Enqueued submit(BatchRequest request);

        Enqueued resubmit(BatchRequest request, SubmissionId superseded);
    }

    private final class Direct implements Way {
        @Override
        public Enqueued submit(BatchRequest request) {
            return queue.submit(request);
        }

        @Override
        public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
            return queue.resubmit(request, superseded);
        }
    }

    private record InTransaction(TransactionalQueue queue, Connection connection) implements Way {
        @Override
        public Enqueued submit(BatchRequest request) {
            return queue.submit(request, connection);
        }

        @Override
        public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
            return queue.resubmit(request, superseded, connection);
        }
    }
}
