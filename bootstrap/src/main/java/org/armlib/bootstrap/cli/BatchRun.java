package org.armlib.bootstrap.cli;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.Hold;
import org.armlib.domain.Pending;
import org.armlib.domain.Phase;
import org.armlib.domain.Redaction;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.Submission;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CachedResult;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.Submitted;

/** Submits the requests of a file, watches them to their end, and tells what became of each. */
final class BatchRun {
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    /** So many requests are looked at each time; the rest are behind them in the queue. */
    private static final int LOOKED_AT = 1000;

    private final Armlib armlib;
    private final CountDownLatch stop;
    private final Duration maxHold;
    private final Redaction redaction;
    private final Map<RequestKey, Entry> entries = new LinkedHashMap<>();
    private Optional<Hold> gaveUpOn = Optional.empty();

    /**
     * A run with {@code armlib} that ends early when {@code stop} reaches zero, or leasing has been held for
     * {@code maxHold}.
     */
    BatchRun(Armlib armlib, CountDownLatch stop, Duration maxHold) {
        this.armlib = armlib;
        this.stop = stop;
        this.maxHold = maxHold;
        this.redaction = armlib.injector().getInstance(Redaction.class);
    }

    /**
     * What became of a request.
     *
     * @param written path and query as the file first has them, without secrets
     * @param fromCache whether its result was there already
     * @param status where it stands
     * @param location where its result lies
     */
    record Outcome(String written, boolean fromCache, BatchStatus status, Optional<URI> location) {
        boolean completed() {
            return status.status() == BatchStatus.Status.COMPLETED;
        }

        Optional<RequestView.Held> held() {
            return status.hold().map(RequestView.Held::of);
        }

        Optional<StoredFormat> format() {
            return status.result()
                    .flatMap(manifest -> manifest.formats().stream().findFirst());
        }

        /** How long the attempt that ended it ran, where it ran at all. */
        Optional<Duration> time() {
            return fromCache
                    ? Optional.empty()
                    : status.started()
                            .flatMap(start -> status.finished().map(finish -> Duration.between(start, finish)));
        }
    }

    /**
     * Submits the lines, all unless the run is to stop before that; equal requests are one, sticky if one of them is.
     *
     * @return how many lines
     */
    int submit(List<RequestsFile.Line> lines) {
        int submitted = 0;
        for (RequestsFile.Line line : lines) {
            if (stop.getCount() == 0) {
                break;
            }
            submitted++;
            Submitted answer = armlib.requestManager().submit(line.request());
            entries.putIfAbsent(
                    line.request().key(),
                    new Entry(redaction.redactUrl(line.written()), answer.how() == Submitted.How.CACHED));
        }
        return submitted;
    }

    /** How many different requests were submitted. */
    int size() {
        return entries.size();
    }

    /** Waits until every request has ended; false if the run is to stop before that. */
    boolean await(RunProgress progress) throws InterruptedException {
        Set<RequestKey> open = new LinkedHashSet<>();
        entries.forEach((key, entry) -> {
            if (!entry.fromCache()) {
                open.add(key);
            }
        });
        int failed = 0;
        do {
            int looked = 0;
            for (Iterator<RequestKey> keys = open.iterator(); keys.hasNext() && looked < LOOKED_AT; looked++) {
                RequestKey key = keys.next();
                Optional<Submission> submission = armlib.queue().find(key);
                submission.flatMap(BatchRun::hold).map(RequestView.Held::of).ifPresent(progress::held);
                if (submission.isEmpty() || submission.get().phase().isFinished()) {
                    failed += submission
                                    .filter(ended -> ended.phase() != Phase.COMPLETED)
                                    .isPresent()
                            ? 1
                            : 0;
                    keys.remove();
                }
            }
            QueueOverview overview = armlib.queue().overview();
            progress.show(entries.size() - open.size(), overview.count(Phase.IN_PROGRESS), failed);
        } while (!open.isEmpty() && !givesUp() && !stop.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        return open.isEmpty();
    }

    private boolean givesUp() {
        Instant now = armlib.injector().getInstance(Clock.class).instant();
        gaveUpOn = armlib.requestManager()
                .hold()
                .filter(hold -> Duration.between(hold.since(), now).compareTo(maxHold) > 0);
        return gaveUpOn.isPresent();
    }

    /** Returns the hold for which the run ended early, if it did. */
    Optional<Hold> gaveUpOn() {
        return gaveUpOn;
    }

    private static Optional<Hold> hold(Submission submission) {
        return submission.state() instanceof Pending pending ? pending.hold() : Optional.empty();
    }

    /** What has become of each request by now, in the order of the file. */
    List<Outcome> outcomes() {
        List<Outcome> outcomes = new ArrayList<>();
        entries.forEach((key, entry) -> {
            BatchStatus status = armlib.requestManager().status(key);
            Optional<URI> location = armlib.requestManager().result(key).flatMap(BatchRun::location);
            outcomes.add(new Outcome(entry.written(), entry.fromCache(), status, location));
        });
        return outcomes;
    }

    private static Optional<URI> location(CachedResult result) {
        return result.manifest().formats().stream().findFirst().map(format -> result.location(format.name()));
    }

    private record Entry(String written, boolean fromCache) {}
}
