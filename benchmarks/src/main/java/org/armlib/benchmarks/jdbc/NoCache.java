package org.armlib.benchmarks.jdbc;

import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.Page;
import org.armlib.ports.ResultWriter;

/** Takes every result and keeps none, so that a queue is measured and not the memory; has only what workers and submitters need. */
final class NoCache implements CacheManager {
    private static final ResultWriter WRITER = new ResultWriter() {
        @Override
        public OutputStream format(String name, String mediaType) {
            return OutputStream.nullOutputStream();
        }

        @Override
        public Commit commit() {
            return new Commit.Discarded(Commit.Reason.ALREADY_PUBLISHED);
        }

        @Override
        public void close() {}
    };

    @Override
    public ResultWriter write(LeasedRequest leased) {
        return WRITER;
    }

    @Override
    public Optional<CachedResult> find(RequestKey key) {
        return Optional.empty();
    }

    @Override
    public DataEpoch epoch() {
        throw unexpected();
    }

    @Override
    public boolean promote(RequestKey key) {
        throw unexpected();
    }

    @Override
    public void retract(RequestKey key, SubmissionId upTo) {
        throw unexpected();
    }

    @Override
    public Cleared purge(Purge purge) {
        throw unexpected();
    }

    @Override
    public Optional<SubmissionId> retracted(RequestKey key) {
        return Optional.empty();
    }

    @Override
    public Cleared purgeTemporary(Duration minAge) {
        throw unexpected();
    }

    @Override
    public Optional<Duration> sincePurge() {
        throw unexpected();
    }

    @Override
    public Cleared sweep(Duration age) {
        throw unexpected();
    }

    @Override
    public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
        throw unexpected();
    }

    @Override
    public void close() {}

    private static AssertionError unexpected() {
        return new AssertionError("no worker and no submitter uses this");
    }
}
