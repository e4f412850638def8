package org.armlib.ports;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;

/**
 * The work queue: keeps each request from submission to its end, and leases it to one worker at a time.
 *
 * <p>It holds one {@link Submission} a key. Every method is one atomic step, {@link #submitAll} and {@link #renewAll} one
 * for each member of the list; is safe for use by many threads, and throws only
 * {@link org.armlib.domain.ArmlibException}s; {@link QueueException} says that the store behind did not do its part.
 * Methods that take a {@link Lease} take effect while it is the current one, throw {@link StaleLeaseException}
 * otherwise, and succeed again when repeated. Durations are measured by the queue's own clock. The attempts, the wait
 * between them and the length of a lease follow the {@link org.armlib.domain.RetryPolicy} that the queue was made with.
 */
public interface QueueManager extends AutoCloseable {

    /**
     * Adds a request if the queue does not have it: a live one of the same key is joined (and becomes sticky if this
     * one is), a completed one is reported, a failed or cancelled one is submitted anew.
     *
     * @throws org.armlib.domain.KeyConflictException if the key stands for a different request
     */
    Enqueued submit(BatchRequest request);

    /**
     * Submits each request as {@link #submit} does, as if one after the other: they are leased in the order of the list,
     * and of two with the same key the second joins the first. Overridden where the store can do many in one step.
     *
     * <p>The first request that is refused ends the call: none of those behind it is submitted by it, those before it may
     * be or not. The same holds of {@link QueueException}, except that any of them may be submitted. Repeating the call,
     * without the refused one, is harmless: what is submitted already is joined.
     *
     * @param requests any number, none included
     * @return one answer for each request, in the order of the list; a submission in it may show already what a request
     *     further down did to it
     * @throws org.armlib.domain.KeyConflictException if a key stands for a different request, in the queue or further up
     *     in the list; says which key
     */
    default List<Enqueued> submitAll(List<BatchRequest> requests) {
        return requests.stream().map(this::submit).toList();
    }

    /**
     * Submits a finished request anew, in place of {@code superseded}. If a later submission took its place, the answer
     * is that of {@link #submit}. If the queue does not know the key, or has an earlier submission that ended, this adds
     * one. A submission that is added orders after {@code superseded}.
     *
     * @throws org.armlib.domain.KeyConflictException if the key stands for a different request
     * @throws org.armlib.domain.IllegalTransitionException if {@code superseded} is not finished
     */
    Enqueued resubmit(BatchRequest request, SubmissionId superseded);

    /**
     * Leases the requests that are next: higher priority first, then by submission, those not yet due passed over. A
     * request whose lease has expired is leased again by the same call, or ends Failed if its attempts are spent.
     *
     * <p>Returns as soon as there is something to lease; otherwise waits, up to {@code wait}, and returns an empty list
     * then, or while the queue is suspended. A thread that is interrupted leases nothing, whatever {@code wait} is, and an
     * interruption ends the wait immediately.
     *
     * @param worker who asks
     * @param max at most so many, at least 1
     * @param wait how long to wait for work, zero to look only
     * @throws InterruptedException if the thread is interrupted before or while it waits; nothing is leased then
     */
    List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException;

    /** Extends a lease to its full duration from now; the answer carries the request as it is now. */
    LeasedRequest renew(Lease lease);

    /**
     * Renews each lease as {@link #renew} does; one that is refused keeps none of the others from being renewed.
     * Overridden where the store can do many in one step. After a {@link QueueException} any of them may be renewed;
     * repeating the call is harmless.
     *
     * @param leases any number, none included, of any workers
     * @return one answer for each lease, in the order of the list
     */
    default List<Renewal> renewAll(List<Lease> leases) {
        return leases.stream().map(this::renewal).toList();
    }

    private Renewal renewal(Lease lease) {
        try {
            return new Renewal.Renewed(renew(lease));
        } catch (StaleLeaseException e) {
            return new Renewal.Refused(e);
        }
    }

    /** Records how far a request has come. */
    void progress(Lease lease, Progress progress);

    /** Ends a request whose result is published. */
    Submission complete(Lease lease);

    /** Ends an attempt that failed: the request waits for its next one, or ends Failed. */
    Submission fail(Lease lease, Failure failure);

    /** Gives a request back unrun; the attempt does not count. */
    Submission release(Lease lease);

    /**
     * Gives a request back for a reason outside it, an upstream that is down for example; the attempt does not count. The
     * request is not leased before {@code delay} has passed, and shows the {@linkplain Hold hold} meanwhile. A hold that
     * follows another, with no attempt that ended otherwise in between, continues its count and its start.
     *
     * @param delay zero or more
     */
    Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay);

    /**
     * Calls a request off at once, whether it waits or runs; a finished one stays as it is. A worker that runs it is told
     * by the refusal of its next report.
     *
     * @return the submission afterwards, or empty if the queue does not know the key
     */
    Optional<Submission> cancel(RequestKey key);

    /** The submission of a key, or empty if the queue does not know it. */
    Optional<Submission> find(RequestKey key);

    /**
     * Returns the number of requests that will be leased before this one, plus one: the position of the next to be leased
     * is 1. Empty unless the request is Pending. A request that waits for its next attempt has the place its submission
     * gives it. The cost does not grow with the position; what lies behind {@link QueuePosition#EXACT} may be an estimate.
     */
    Optional<QueuePosition> position(RequestKey key);

    /**
     * The requests in one phase, a page at a time: Pending ones in the order in which they will be leased, others in an
     * order of the adapter's that lets pages follow each other. A request that stays in the phase while the pages are
     * read is listed exactly once.
     *
     * @param cursor what {@link Page#next} of the page before said, empty for the first page
     * @param limit the size of a page, at least 1
     * @throws org.armlib.domain.InvalidRequestException if the cursor is not one of this queue's
     */
    Page<Submission> list(Phase phase, Optional<String> cursor, int limit);

    /** Returns the queue in numbers; reads no parameters of requests, and costs the same at any depth. */
    QueueOverview overview();

    /** Stops leasing, for every worker of every process, until {@link #resume}; work in progress goes on. */
    void suspend();

    /** Leases again. */
    void resume();

    /**
     * Forgets finished requests that ended longer than {@code age} ago.
     *
     * @param limit at most so many in this call
     * @return how many were forgotten; fewer than {@code limit} if there are no more
     */
    int prune(Duration age, int limit);

    /** Frees what the queue holds; calls under way end with {@link QueueException}, and so do later ones. */
    @Override
    void close();
}
