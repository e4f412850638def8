package org.armlib.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
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
import org.jdbi.v3.core.Jdbi;

/**
 * A queue as it is often written: what is ready is selected, then updated, and a report is taken for what it says. The
 * battery has to find it wrong. Everything but leasing and completing is the real queue's.
 */
final class NaiveQueue implements QueueManager {
    private final JdbcQueueManager real;
    private final HikariDataSource source;
    private final Jdbi jdbi;
    private final Tables tables;
    private final RetryPolicy policy;

    NaiveQueue(String url, String prefix, RetryPolicy policy) {
        JdbcQueueSettings settings = JdbcQueueSettings.DEFAULT.withTablePrefix(prefix);
        this.real = JdbcQueueManager.open(JdbcAccess.to(url), settings, policy);
        this.source = Pool.open(JdbcAccess.to(url), 2);
        this.jdbi = Jdbi.create(source);
        this.tables = new Tables(settings.names(), PostgresDialect.NOW);
        this.policy = policy;
    }

    @Override
    public List<LeasedRequest> lease(WorkerId worker, int max, Duration wait) {
        return jdbi.withHandle(handle -> {
            long time = tables.now(handle);
            List<Stored> rows = new ArrayList<>(handle.createQuery(tables.sql("SELECT " + Stored.LIVE_COLUMNS
                            + " FROM {live} WHERE state = 'P' OR (state = 'R' AND expires <= :time)"
                            + " ORDER BY lane, seq LIMIT :max"))
                    .bind("time", time)
                    .bind("max", max)
                    .map((row, context) -> Stored.of(row))
                    .list());
            List<LeasedRequest> leased = new ArrayList<>();
            for (Stored row : rows) {
                Submission next = Stored.cut(row.submission()
                        .claim(worker, UUID.randomUUID(), policy, Times.instant(time))
                        .orElseThrow());
                tables.replace(handle, row, next, time);
                leased.add(next.leased().orElseThrow());
            }
            return leased;
        });
    }

    @Override
    public Submission complete(Lease lease) {
        return jdbi.withHandle(handle -> {
            Stored row = tables.find(handle, lease.key()).orElseThrow();
            if (row.submission().leased().isPresent()) {
                long time = tables.now(handle);
                Lease current = row.submission().leased().orElseThrow().lease();
                tables.replace(handle, row, row.submission().complete(current, Times.instant(time)), time);
            }
            return tables.find(handle, lease.key()).orElseThrow().submission();
        });
    }

    @Override
    public Enqueued submit(BatchRequest request) {
        return real.submit(request);
    }

    @Override
    public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
        return real.resubmit(request, superseded);
    }

    @Override
    public LeasedRequest renew(Lease lease) {
        return real.renew(lease);
    }

    @Override
    public void progress(Lease lease, Progress progress) {
        real.progress(lease, progress);
    }

    @Override
    public Submission fail(Lease lease, Failure failure) {
        return real.fail(lease, failure);
    }

    @Override
    public Submission release(Lease lease) {
        return real.release(lease);
    }

    @Override
    public Optional<Submission> cancel(RequestKey key) {
        return real.cancel(key);
    }

    @Override
    public Optional<Submission> find(RequestKey key) {
        return real.find(key);
    }

    @Override
    public OptionalLong position(RequestKey key) {
        return real.position(key);
    }

    @Override
    public Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
        return real.list(phase, cursor, limit);
    }

    @Override
    public QueueOverview overview() {
        return real.overview();
    }

    @Override
    public void suspend() {
        real.suspend();
    }

    @Override
    public void resume() {
        real.resume();
    }

    @Override
    public int prune(Duration age, int limit) {
        return real.prune(age, limit);
    }

    @Override
    public void close() {
        real.close();
        source.close();
    }
}
