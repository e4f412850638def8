package org.armlib.domain;

import java.time.Instant;
import java.util.UUID;

/**
 * The right of one worker to run one request until a time. Everything the worker reports, it reports under its lease,
 * and the report counts only while the lease is the current one.
 *
 * @param key the request
 * @param submission the submission of it
 * @param worker who holds the lease
 * @param token random, tells this lease from every other
 * @param fence the fencing token: grows with every lease of the key, so that a store behind the job can refuse older
 *     ones
 * @param attempt 1 for the first run of the submission
 * @param expiresAt when anybody may lease the request again, by the queue's clock
 */
public record Lease(
        RequestKey key,
        SubmissionId submission,
        WorkerId worker,
        UUID token,
        long fence,
        int attempt,
        Instant expiresAt) {

    /** Whether another lease is this one, perhaps renewed in between. */
    public boolean isSameAs(Lease other) {
        return token.equals(other.token);
    }

    /** Whether the lease has run out at {@code now}. */
    public boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    Lease until(Instant time) {
        return new Lease(key, submission, worker, token, fence, attempt, time);
    }
}
