package org.armlib.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Waiting to be leased.
 *
 * @param attempts attempts already spent
 * @param fence the fencing token of the last lease, 0 if there was none
 * @param notBefore the earliest time of the next lease; {@link Instant#EPOCH} if the submission neither failed nor is
 *     held, so that it is due at once whatever the clocks show
 * @param lastFailure why the last attempt failed
 * @param givenUp the last lease and how its worker gave it up, so that a repeated call finds that it has succeeded
 * @param hold why the request is held, if the last worker gave it back for a reason outside the request
 */
public record Pending(
        int attempts,
        long fence,
        Instant notBefore,
        Optional<Failure> lastFailure,
        Optional<GivenUp> givenUp,
        Optional<Hold> hold)
        implements RequestState.Live {

    /** Clocks of servers that differ by less than this, or by less than a backoff, are right. */
    private static final Duration MIN_TOLERANCE = Duration.ofMinutes(1);

    /** Makes a submission that need not wait due at once. */
    public Pending {
        boolean waits = lastFailure.isPresent()
                || hold.isPresent()
                || givenUp.filter(lease -> lease.how() == How.HELD).isPresent();
        notBefore = waits ? notBefore : Instant.EPOCH;
    }

    /** A submission that nothing holds. */
    public Pending(
            int attempts, long fence, Instant notBefore, Optional<Failure> lastFailure, Optional<GivenUp> givenUp) {
        this(attempts, fence, notBefore, lastFailure, givenUp, Optional.empty());
    }

    /** How a worker gave up a lease. */
    public enum How {
        /** It gave the request back unrun. */
        RELEASED,
        /** It gave the request back to be {@linkplain Hold held}. */
        HELD,
        /** Its attempt failed. */
        FAILED
    }

    /**
     * A lease that its worker gave up.
     *
     * @param token the lease's token
     * @param how the way it was given up
     */
    public record GivenUp(UUID token, How how) {}

    /** A submission made {@code now}; {@code fence} is that of the key's last lease, 0 if there was none. */
    public static Pending submitted(Instant now, long fence) {
        return new Pending(0, fence, now, Optional.empty(), Optional.empty());
    }

    @Override
    public Phase phase() {
        return Phase.PENDING;
    }

    /** Whether the submission may be leased at {@code now}. */
    public boolean isDue(Instant now) {
        return !now.isBefore(notBefore);
    }

    Pending dueBy(Instant now) {
        return isDue(now) ? this : new Pending(attempts, fence, now, lastFailure, givenUp, hold);
    }

    /** Whether the backoff ends later than any that the policy gives: it was given by a clock that was ahead. */
    boolean isBeyond(Backoff backoff, Instant now) {
        Duration tolerance = backoff.max().compareTo(MIN_TOLERANCE) > 0 ? backoff.max() : MIN_TOLERANCE;
        return lastFailure.isPresent()
                && notBefore.isAfter(now.plus(backoff.max()).plus(tolerance));
    }

    /**
     * Leases the submission.
     *
     * @throws IllegalTransitionException if it is not due yet
     */
    public InProgress lease(
            RequestKey key, SubmissionId submission, WorkerId worker, UUID token, Duration duration, Instant now) {
        if (!isDue(now)) {
            throw new IllegalTransitionException(key, "cannot be leased before " + notBefore + "; it is " + now);
        }
        return InProgress.begin(key, submission, worker, token, attempts + 1, fence, duration, now, hold);
    }

    /** Calls the submission off. */
    public Cancelled cancel(Instant now) {
        return new Cancelled(attempts, fence, now);
    }
}
