package org.armlib.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * One submission of a request and where it stands: what a queue stores, and the lifecycle an adapter applies to it.
 *
 * <p>Each method returns the submission as it is after the transition; a call that already took effect returns
 * {@code this}, so that repeating a call whose answer was lost succeeds. A lease that is no longer current is refused
 * with {@link StaleLeaseException}, which says why.
 *
 * @param id names this submission
 * @param request what to run
 * @param submitted when it was submitted, by the queue's clock
 * @param state where it stands
 */
public record Submission(SubmissionId id, BatchRequest request, Instant submitted, RequestState state) {

    /** The first submission of a request that the queue does not know. */
    public static Submission first(BatchRequest request, RandomGenerator random, Instant now) {
        return new Submission(SubmissionId.of(now, random), request, now, Pending.submitted(now, 0));
    }

    /** The request's key. */
    public RequestKey key() {
        return request.key();
    }

    /** The name of the state. */
    public Phase phase() {
        return state.phase();
    }

    /**
     * This submission after {@code other}, the same request, was submitted as well: sticky if either asks for it, and in
     * the trace of the first.
     *
     * @throws KeyConflictException if the other is a different request under the same key
     */
    public Submission join(BatchRequest other) {
        if (!request.sameRequest(other)) {
            throw new KeyConflictException(request, other);
        }
        CachePolicy policy = request.cachePolicy().or(other.cachePolicy());
        return policy == request.cachePolicy()
                ? this
                : new Submission(id, request.withCachePolicy(policy), submitted, state);
    }

    /**
     * A new submission in place of this one.
     *
     * @throws KeyConflictException if {@code again} is a different request under the same key
     * @throws IllegalTransitionException if this one is not finished
     */
    public Submission resubmit(BatchRequest again, RandomGenerator random, Instant now) {
        if (!request.sameRequest(again)) {
            throw new KeyConflictException(request, again);
        }
        if (state instanceof RequestState.Live) {
            throw new IllegalTransitionException(
                    key(), "is " + phase().label() + "; only a finished request can be resubmitted");
        }
        return new Submission(id.next(now, random), again, now, Pending.submitted(now, state.fence()));
    }

    /**
     * Returns the new submission that {@code again}, in place of {@code superseded}, makes of this one. It orders after
     * both, whatever the clocks say. Empty if this one stays: it is another than {@code superseded} and live, or
     * completed and later.
     *
     * @throws KeyConflictException if {@code again} is a different request under the same key
     * @throws IllegalTransitionException if this one is {@code superseded} and not finished
     */
    public Optional<Submission> supersede(
            BatchRequest again, SubmissionId superseded, RandomGenerator random, Instant now) {
        int order = id.compareTo(superseded);
        boolean stays = state instanceof RequestState.Live || (state instanceof Completed && order > 0);
        if (order != 0 && stays) {
            return Optional.empty();
        }
        Submission next = resubmit(again, random, now);
        return Optional.of(order < 0 ? new Submission(superseded.next(now, random), again, now, next.state) : next);
    }

    /**
     * This submission as a worker's call for work leaves it: leased, if it is due or its lease has run out; Failed, if
     * the lease has run out and the attempts are spent; or empty, if there is nothing to claim.
     */
    public Optional<Submission> claim(WorkerId worker, UUID token, RetryPolicy policy, Instant now) {
        if (state instanceof Pending pending && (pending.isDue(now) || pending.isBeyond(policy.backoff(), now))) {
            return Optional.of(
                    with(pending.dueBy(now).lease(key(), id, worker, token, policy.visibilityTimeout(), now)));
        }
        if (state instanceof InProgress running && running.isExpired(now)) {
            return Optional.of(with(running.takeOver(worker, token, policy, now)));
        }
        return Optional.empty();
    }

    /** Returns this submission, due at {@code now} at the latest if it is pending. */
    public Submission ready(Instant now) {
        return state instanceof Pending pending ? with(pending.dueBy(now)) : this;
    }

    /** Returns this submission, its lease expired at {@code now} at the latest if it is leased. */
    public Submission expired(Instant now) {
        return state instanceof InProgress running ? with(running.expireBy(now)) : this;
    }

    /**
     * Returns this submission with its waits cut to what the policy allows from {@code now} on. Longer ones come from a
     * clock that was ahead: a lease lasts its usual time, a backoff ends.
     */
    public Submission cutWaits(RetryPolicy policy, Instant now) {
        if (state instanceof Pending pending) {
            return pending.notBefore().isAfter(now.plus(policy.backoff().max())) ? with(pending.dueBy(now)) : this;
        }
        return state instanceof InProgress running
                ? with(running.expireBy(now.plus(policy.visibilityTimeout())))
                : this;
    }

    /** What the worker gets, if the submission is leased. */
    public Optional<LeasedRequest> leased() {
        return state instanceof InProgress running
                ? Optional.of(new LeasedRequest(running.lease(), request, submitted, running.hold()))
                : Optional.empty();
    }

    /** The worker lives: its lease lasts its full time from {@code now}. */
    public Submission renew(Lease lease, RetryPolicy policy, Instant now) {
        return with(running(lease).renew(lease, policy.visibilityTimeout(), now));
    }

    /** The worker says how far it has come. */
    public Submission progress(Lease lease, Progress progress) {
        return with(running(lease).progress(lease, progress));
    }

    /** The result is published. */
    public Submission complete(Lease lease, Instant now) {
        if (state instanceof Completed done && done.token().equals(lease.token())) {
            return this;
        }
        return with(running(lease).complete(lease, now));
    }

    /**
     * The attempt failed.
     *
     * @param chance from 0 to 1, see {@link Backoff#after}
     */
    public Submission fail(Lease lease, Failure failure, RetryPolicy policy, double chance, Instant now) {
        boolean repeated = state instanceof Failed failed
                ? failed.token().filter(lease.token()::equals).isPresent()
                : wasGivenUp(lease, Pending.How.FAILED);
        return repeated ? this : with(running(lease).fail(lease, failure, policy, chance, now));
    }

    /** The worker gives the request back unrun. */
    public Submission release(Lease lease, Instant now) {
        return wasGivenUp(lease, Pending.How.RELEASED)
                ? this
                : with(running(lease).release(lease, now));
    }

    /**
     * Returns this submission given back to be held: not leased again before {@code delay} from now, the attempt not
     * counted.
     */
    public Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay, Instant now) {
        return wasGivenUp(lease, Pending.How.HELD) ? this : with(running(lease).hold(lease, by, reason, delay, now));
    }

    /** The request is called off; a finished one stays as it is. */
    public Submission cancel(Instant now) {
        if (state instanceof Pending pending) {
            return with(pending.cancel(now));
        }
        return state instanceof InProgress running ? with(running.cancel(now)) : this;
    }

    private boolean wasGivenUp(Lease lease, Pending.How how) {
        return state instanceof Pending pending
                && pending.givenUp()
                        .filter(new Pending.GivenUp(lease.token(), how)::equals)
                        .isPresent();
    }

    private InProgress running(Lease lease) {
        if (state instanceof InProgress running) {
            return running;
        }
        throw new StaleLeaseException(
                lease,
                !id.equals(lease.submission())
                        ? StaleLeaseException.Reason.SUPERSEDED
                        : switch (phase()) {
                            case PENDING, IN_PROGRESS -> StaleLeaseException.Reason.SUPERSEDED;
                            case COMPLETED, FAILED -> StaleLeaseException.Reason.FINISHED;
                            case CANCELLED -> StaleLeaseException.Reason.CANCELLED;
                        });
    }

    private Submission with(RequestState next) {
        return new Submission(id, request, submitted, next);
    }
}
