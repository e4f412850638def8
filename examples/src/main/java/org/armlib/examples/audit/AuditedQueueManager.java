package org.armlib.examples.audit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.Renewal;

/** A work queue that writes a line for every change of state, around another that does the work. */
public final class AuditedQueueManager implements QueueManager {
    private final QueueManager queue;
    private final Consumer<String> audit;

    /** Writes what happens to {@code queue} to {@code audit}, which many threads may call. Closes the queue. */
    public AuditedQueueManager(QueueManager queue, Consumer<String> audit) {
        this.queue = queue;
        this.audit = audit;
    }

    @Override
    public Enqueued submit(BatchRequest request) {
        return noted(queue.submit(request));
    }

    @Override
    public List<Enqueued> submitAll(List<BatchRequest> requests) {
        List<Enqueued> answers = queue.submitAll(requests);
        answers.forEach(this::noted);
        return answers;
    }

    @Override
    public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
        return noted(queue.resubmit(request, superseded));
    }

    @Override
    public List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException {
        List<LeasedRequest> leased = queue.lease(worker, max, wait);
        leased.forEach(one -> audit.accept(one.request().key() + " leased to " + worker));
        return leased;
    }

    @Override
    public LeasedRequest renew(Lease lease) {
        return queue.renew(lease);
    }

    @Override
    public List<Renewal> renewAll(List<Lease> leases) {
        return queue.renewAll(leases);
    }

    @Override
    public void progress(Lease lease, Progress progress) {
        queue.progress(lease, progress);
    }

    @Override
    public Submission complete(Lease lease) {
        return noted(queue.complete(lease));
    }

    @Override
    public Submission fail(Lease lease, Failure failure) {
        return noted(queue.fail(lease, failure));
    }

    @Override
    public Submission release(Lease lease) {
        return noted(queue.release(lease));
    }

    @Override
    public Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay) {
        return noted(queue.hold(lease, by, reason, delay));
    }

    @Override
    public Optional<Submission> cancel(RequestKey key) {
        Optional<Submission> cancelled = queue.cancel(key);
        cancelled.ifPresent(this::noted);
        return cancelled;
    }

    @Override
    public Optional<Submission> find(RequestKey key) {
        return queue.find(key);
    }

    @Override
    public Optional<QueuePosition> position(RequestKey key) {
        return queue.position(key);
    }

    @Override
    public Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
        return queue.list(phase, cursor, limit);
    }

    @Override
    public QueueOverview overview() {
        return queue.overview();
    }

    @Override
    public void suspend() {
        queue.suspend();
        audit.accept("suspended");
    }

    @Override
    public void resume() {
        queue.resume();
        audit.accept("resumed");
    }

    @Override
    public int prune(Duration age, int limit) {
        return queue.prune(age, limit);
    }

    @Override
    public void close() {
        queue.close();
    }

    private Enqueued noted(Enqueued enqueued) {
        noted(enqueued.submission());
        return enqueued;
    }

    private Submission noted(Submission submission) {
        audit.accept(submission.key() + " " + submission.phase().label());
        return submission;
    }
}
