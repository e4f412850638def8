package org.armlib.application;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Page;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.Renewal;

/** The part of a queue that a heartbeat meets, which notes how it is called and fails when told to. */
final class LeaseBook implements QueueManager {
    private final RetryPolicy policy;
    private final Random random = new Random(1);
    private final Queue<LeasedRequest> waiting = new ArrayDeque<>();

    private final List<List<String>> calls = new ArrayList<>();
    private final Map<String, Progress> progress = new HashMap<>();
    private final Set<String> stale = new HashSet<>();
    private final Set<String> unrenewable = new HashSet<>();
    private boolean down;
    private boolean forgetful;
    private Runnable meanwhile = () -> {};

    LeaseBook(RetryPolicy policy) {
        this.policy = policy;
    }

    /** A request that is leased. */
    LeasedRequest leased(String key, Duration estimate) {
        BatchRequest request = BatchRequest.of("/report")
                .key(new RequestKey(key))
                .estimatedTime(estimate)
                .build();
        return Submission.first(request, random, Instant.EPOCH)
                .claim(new WorkerId("worker"), new UUID(0, random.nextLong()), policy, Instant.EPOCH)
                .flatMap(Submission::leased)
                .orElseThrow();
    }

    /** Has a request for the next who leases. */
    synchronized void offer(LeasedRequest leased) {
        waiting.add(leased);
        notifyAll();
    }

    /** Makes the lease of a key stale. */
    synchronized void cancel(String key) {
        stale.add(key);
    }

    /** Makes every call fail that names this key. */
    synchronized void refuseToRenew(String key) {
        unrenewable.add(key);
    }

    /** Makes every call fail, or none. */
    synchronized void setDown(boolean isDown) {
        down = isDown;
    }

    /** Makes each renewal answer for one lease less than it should. */
    synchronized void setForgetful() {
        forgetful = true;
    }

    /** Does something before the next renewals are answered. */
    synchronized void setMeanwhile(Runnable action) {
        meanwhile = action;
    }

    /** The keys of each call of renewAll since this was last asked, sorted within the call. */
    synchronized List<List<String>> takeCalls() {
        List<List<String>> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    synchronized Map<String, Progress> progress() {
        return Map.copyOf(progress);
    }

    @Override
    public synchronized List<Renewal> renewAll(List<Lease> leases) {
        calls.add(leases.stream().map(lease -> lease.key().value()).sorted().toList());
        meanwhile.run();
        checkWorks();
        leases.stream()
                .filter(lease -> unrenewable.contains(lease.key().value()))
                .findFirst()
                .ifPresent(lease -> {
                    throw new QueueException("the record of '" + lease.key() + "' cannot be read", false);
                });
        List<Renewal> answers = leases.stream().map(this::answer).toList();
        return forgetful ? answers.subList(1, answers.size()) : answers;
    }

    private Renewal answer(Lease lease) {
        if (stale.contains(lease.key().value())) {
            return new Renewal.Refused(new StaleLeaseException(lease, StaleLeaseException.Reason.CANCELLED));
        }
        return new Renewal.Renewed(leased(lease.key().value(), Duration.ZERO));
    }

    private void checkWorks() {
        if (down) {
            throw new QueueException("the queue does not answer", true);
        }
    }

    @Override
    public synchronized void progress(Lease lease, Progress now) {
        checkWorks();
        if (stale.contains(lease.key().value())) {
            throw new StaleLeaseException(lease, StaleLeaseException.Reason.CANCELLED);
        }
        progress.put(lease.key().value(), now);
    }

    @Override
    public synchronized List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        return List.of(waiting.remove());
    }

    @Override
    public Submission release(Lease lease) {
        return Submission.first(BatchRequest.of("/report").key(lease.key()).build(), new Random(1), Instant.EPOCH);
    }

    @Override
    public Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay) {
        throw unexpected("hold");
    }

    @Override
    public LeasedRequest renew(Lease lease) {
        throw unexpected("renew");
    }

    @Override
    public Enqueued submit(BatchRequest request) {
        throw unexpected("submit");
    }

    @Override
    public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
        throw unexpected("resubmit");
    }

    @Override
    public Submission complete(Lease lease) {
        throw unexpected("complete");
    }

    @Override
    public Submission fail(Lease lease, Failure failure) {
        throw unexpected("fail");
    }

    @Override
    public Optional<Submission> cancel(RequestKey key) {
        throw unexpected("cancel");
    }

    @Override
    public Optional<Submission> find(RequestKey key) {
        throw unexpected("find");
    }

    @Override
    public Optional<QueuePosition> position(RequestKey key) {
        throw unexpected("position");
    }

    @Override
    public Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
        throw unexpected("list");
    }

    @Override
    public QueueOverview overview() {
        throw unexpected("overview");
    }

    @Override
    public void suspend() {
        throw unexpected("suspend");
    }

    @Override
    public void resume() {
        throw unexpected("resume");
    }

    @Override
    public int prune(Duration age, int limit) {
        throw unexpected("prune");
    }

    @Override
    public void close() {}

    private static InvalidRequestException unexpected(String call) {
        return new InvalidRequestException(call, "is no call of a heartbeat");
    }
}
