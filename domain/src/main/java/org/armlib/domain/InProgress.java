package org.armlib.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Leased by a worker.
 *
 * @param lease the current lease
 * @param started when this attempt began
 * @param progress what the worker last reported
 * @param hold the hold that this attempt follows, if the request was held before
 */
public record InProgress(Lease lease, Instant started, Progress progress, Optional<Hold> hold)
        implements RequestState.Live {

    /** An attempt that follows no hold. */
    public InProgress(Lease lease, Instant started, Progress progress) {
        this(lease, started, progress, Optional.empty());
    }

    static InProgress begin(
            RequestKey key,
            SubmissionId submission,
            WorkerId worker,
            UUID token,
            int attempt,
            long lastFence,
            Duration duration,
            Instant now,
            Optional<Hold> hold) {
        // Time as the floor keeps the fence growing where the record of earlier leases was pruned.
        long fence = Math.max(lastFence + 1, now.toEpochMilli());
        return new InProgress(
                new Lease(key, submission, worker, token, fence, attempt, now.plus(duration)),
                now,
                Progress.NONE,
                hold);
    }

    @Override
    public Phase phase() {
        return Phase.IN_PROGRESS;
    }

    @Override
    public int attempts() {
        return lease.attempt();
    }

    @Override
    public long fence() {
        return lease.fence();
    }

    /**
     * The request was run and its result published.
     *
     * @throws StaleLeaseException if {@code presented} is not the current lease
     */
    public Completed complete(Lease presented, Instant now) {
        check(presented);
        return new Completed(attempts(), fence(), started, now, lease.token());
    }

    /**
     * The attempt failed: the submission waits for its next one, or ends if there is none.
     *
     * @param chance from 0 to 1, see {@link Backoff#after}
     * @return {@link Pending} or {@link Failed}
     * @throws StaleLeaseException if {@code presented} is not the current lease
     */
    public RequestState fail(Lease presented, Failure failure, RetryPolicy policy, double chance, Instant now) {
        check(presented);
        if (failure.kind() == Failure.Kind.PERMANENT || attempts() >= policy.maxAttempts()) {
            return new Failed(attempts(), fence(), failure, now, Optional.of(lease.token()));
        }
        return new Pending(
                attempts(),
                fence(),
                now.plus(policy.backoff().after(attempts(), chance)),
                Optional.of(failure),
                Optional.of(new Pending.GivenUp(lease.token(), Pending.How.FAILED)));
    }

    /**
     * Gives the submission back unrun; the attempt does not count.
     *
     * @throws StaleLeaseException if {@code presented} is not the current lease
     */
    public Pending release(Lease presented, Instant now) {
        check(presented);
        return new Pending(
                attempts() - 1,
                fence(),
                now,
                Optional.empty(),
                Optional.of(new Pending.GivenUp(lease.token(), Pending.How.RELEASED)));
    }

    /**
     * Gives the submission back to be held until {@code delay} from now; the attempt does not count.
     *
     * @throws StaleLeaseException if {@code presented} is not the current lease
     */
    public Pending hold(Lease presented, Hold.Cause by, String reason, Duration delay, Instant now) {
        check(presented);
        Instant until = now.plus(delay);
        Hold next = new Hold(
                by,
                hold.map(Hold::since).orElse(now),
                until,
                reason,
                hold.map(Hold::count).orElse(0) + 1);
        return new Pending(
                attempts() - 1,
                fence(),
                until,
                Optional.empty(),
                Optional.of(new Pending.GivenUp(lease.token(), Pending.How.HELD)),
                Optional.of(next));
    }

    /**
     * Extends the lease to {@code duration} from now, also where it had run out without anybody taking it.
     *
     * @throws StaleLeaseException if {@code presented} is not the current lease
     */
    public InProgress renew(Lease presented, Duration duration, Instant now) {
        check(presented);
        return new InProgress(lease.until(now.plus(duration)), started, progress, hold);
    }

    /**
     * Records how far the worker has come.
     *
     * @throws StaleLeaseException if {@code presented} is not the current lease
     */
    public InProgress progress(Lease presented, Progress reported) {
        check(presented);
        return new InProgress(lease, started, reported, hold);
    }

    InProgress expireBy(Instant time) {
        return lease.expiresAt().isAfter(time) ? new InProgress(lease.until(time), started, progress, hold) : this;
    }

    /** Whether the lease has run out at {@code now}, so that the submission may be taken from its worker. */
    public boolean isExpired(Instant now) {
        return lease.isExpired(now);
    }

    /**
     * Takes the submission from a worker whose lease has run out: leases it anew, or ends it if the attempts are spent.
     *
     * @return {@link InProgress} or {@link Failed}
     * @throws IllegalTransitionException if the lease has not run out
     */
    public RequestState takeOver(WorkerId worker, UUID token, RetryPolicy policy, Instant now) {
        if (!isExpired(now)) {
            throw new IllegalTransitionException(
                    lease.key(), "is leased by " + lease.worker() + " until " + lease.expiresAt() + "; it is " + now);
        }
        if (attempts() >= policy.maxAttempts()) {
            Failure failure = new Failure(
                    Failure.Kind.LEASE_EXPIRED,
                    "the lease expired in attempt " + attempts() + " of " + policy.maxAttempts() + ", held by "
                            + lease.worker() + ": its worker died, or was too busy to renew it");
            return new Failed(attempts(), fence(), failure, now, Optional.empty());
        }
        return begin(
                lease.key(),
                lease.submission(),
                worker,
                token,
                attempts() + 1,
                fence(),
                policy.visibilityTimeout(),
                now,
                hold);
    }

    /** Calls the submission off; the worker learns of it when it next reports. */
    public Cancelled cancel(Instant now) {
        return new Cancelled(attempts(), fence(), now);
    }

    private void check(Lease presented) {
        if (!lease.isSameAs(presented)) {
            throw new StaleLeaseException(presented, StaleLeaseException.Reason.SUPERSEDED);
        }
    }
}
