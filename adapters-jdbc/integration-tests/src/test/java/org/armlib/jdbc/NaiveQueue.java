package org.armlib.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.jdbi.v3.core.Jdbi;

/**
 * A queue as it is written at first: it leases what it has selected without asking whether it still may, and completes
 * without a look at the lease. It stands in the same tables, so that whoever finds nothing wrong with it looks at nothing.
 */
final class NaiveQueue implements QueueManager {
    private static final Duration POLL = Duration.ofMillis(50);

    private final HikariDataSource source;
    private final Jdbi jdbi;
    private final String prefix;
    private final Tables tables;
    private final RetryPolicy policy;
    private final QueueManager rest;

    private NaiveQueue(HikariDataSource source, JdbcQueueSettings settings, RetryPolicy policy) {
        this.source = source;
        this.jdbi = Jdbi.create(source);
        this.prefix = settings.tablePrefix();
        this.tables = new Tables(settings.names(), PostgresDialect.NOW, StoredText.UNICODE);
        this.policy = policy;
        this.rest = new JdbcQueueManager(source, settings, policy);
    }

    static QueueManager open(JdbcAccess access, JdbcQueueSettings settings, RetryPolicy policy) {
        HikariDataSource source = Pool.open(access, 2 * settings.sessions());
        boolean open = false;
        try {
            NaiveQueue queue = new NaiveQueue(source, settings, policy);
            open = true;
            return queue;
        } finally {
            if (!open) {
                source.close();
            }
        }
    }

    @Override
    public List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) throws InterruptedException {
        List<LeasedRequest> leased = lease(worker, max);
        if (leased.isEmpty() && !wait.isZero()) {
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return leased;
    }

    private List<LeasedRequest> lease(WorkerId worker, int max) {
        try {
            return jdbi.withHandle(handle -> {
                long now = tables.now(handle);
                List<Stored> free = handle.createQuery("SELECT " + Stored.LIVE_COLUMNS + " FROM " + prefix
                                + "live WHERE state = 'P' OR (state = 'R' AND expires <= :now)"
                                + " ORDER BY lane, seq LIMIT :max")
                        .bind("now", now)
                        .bind("max", max)
                        .map((row, context) -> Stored.of(row))
                        .list();
                List<LeasedRequest> leased = new ArrayList<>();
                for (Stored row : free) {
                    row.submission()
                            .claim(worker, UUID.randomUUID(), policy, Times.instant(now))
                            .ifPresent(claimed -> {
                                tables.replace(handle, row, claimed, now);
                                claimed.leased().ifPresent(leased::add);
                            });
                }
                return leased;
            });
        } catch (RuntimeException e) {
            throw Faults.translate("lease", Optional.empty(), e);
        }
    }

    @Override
    public Submission complete(Lease lease) {
        Optional<RequestKey> key = Optional.of(lease.key());
        try {
            return jdbi.withHandle(handle -> {
                handle.createUpdate("WITH ended AS (DELETE FROM " + prefix
                                + "live WHERE request_key = :key RETURNING *) INSERT INTO " + prefix + "finished ("
                                + Stored.FINISHED_COLUMNS + ") SELECT request_key, lane, 'C', submission, uri,"
                                + " parameters, sticky, estimate, submitted, attempts, fence, :token, submitted, :now,"
                                + " NULL, NULL, trace FROM ended ON CONFLICT DO NOTHING")
                        .bind("key", lease.key().value())
                        .bind("token", lease.token().toString())
                        .bind("now", tables.now(handle))
                        .execute();
                handle.createUpdate("UPDATE " + prefix + "finished SET token = :token WHERE request_key = :key")
                        .bind("key", lease.key().value())
                        .bind("token", lease.token().toString())
                        .execute();
                return tables.find(handle, lease.key()).orElseThrow().submission();
            });
        } catch (RuntimeException e) {
            throw Faults.translate("complete", key, e);
        }
    }

    @Override
    public Enqueued submit(BatchRequest request) {
        return rest.submit(request);
    }

    @Override
    public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
        return rest.resubmit(request, superseded);
    }

    @Override
    public LeasedRequest renew(Lease lease) {
        return rest.renew(lease);
    }

    @Override
    public void progress(Lease lease, Progress progress) {
        rest.progress(lease, progress);
    }

    @Override
    public Submission fail(Lease lease, Failure failure) {
        return rest.fail(lease, failure);
    }

    @Override
    public Submission release(Lease lease) {
        return rest.release(lease);
    }

    @Override
    public Submission hold(Lease lease, Hold.Cause by, String reason, Duration delay) {
        return rest.hold(lease, by, reason, delay);
    }

    @Override
    public Optional<Submission> cancel(RequestKey key) {
        return rest.cancel(key);
    }

    @Override
    public Optional<Submission> find(RequestKey key) {
        return rest.find(key);
    }

    @Override
    public Optional<QueuePosition> position(RequestKey key) {
        return rest.position(key);
    }

    @Override
    public Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
        return rest.list(phase, cursor, limit);
    }

    @Override
    public QueueOverview overview() {
        return rest.overview();
    }

    @Override
    public void suspend() {
        rest.suspend();
    }

    @Override
    public void resume() {
        rest.resume();
    }

    @Override
    public int prune(Duration age, int limit) {
        return rest.prune(age, limit);
    }

    @Override
    public void close() {
        rest.close();
        source.close();
    }
}
