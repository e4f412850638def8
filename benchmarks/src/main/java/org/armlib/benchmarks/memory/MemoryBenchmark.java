package org.armlib.benchmarks.memory;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.benchmarks.Benchmark;
import org.armlib.benchmarks.Contest;
import org.armlib.benchmarks.Report;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.Enqueued;

/**
 * The lifecycle of a request, that is submit, lease and complete, in {@link MemQueueManager}: beside the
 * {@link PlainPair}, with one thread and with two, and beside itself as the queue fills.
 */
public final class MemoryBenchmark implements Benchmark {
    private static final WorkerId WORKER = new WorkerId("worker-1");
    private static final Duration VISIBILITY = Duration.ofHours(1);

    /** Short enough for a key to be forgotten before its turn comes again. */
    private static final Duration RETENTION = Duration.ofMillis(20);

    private static final int REQUESTS = 1 << 18;
    private static final int PENDING = 100_000;
    private static final int IN_PROGRESS = 10_000;

    private static final int WARMUPS = 12;
    private static final int ROUNDS = 31;
    private static final int MILLIS = 100;

    /** Named {@code memory}. */
    public MemoryBenchmark() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void run(Report report) throws InterruptedException {
        BatchRequest[] requests = requests();
        Contest contest = new Contest();
        contest.add("queue", 1, lifecycle(queue(), requests));
        contest.add("pair", 1, lifecycle(pair(), requests));
        contest.add("queue.threads2", 2, lifecycle(queue(), requests));
        contest.add("pair.threads2", 2, lifecycle(pair(), requests));
        contest.add("queue.pending100k", 1, lifecycle(withPending(requests), requests, PENDING));
        contest.add("queue.inprogress10k", 1, lifecycle(withInProgress(), requests));
        contest.hold(WARMUPS, ROUNDS, MILLIS, report);

        report.figure("memory.lifecycle.ratio.ceiling", contest.ratio("queue", "pair"));
        report.figure("memory.threads2.ratio.ceiling", contest.ratio("queue.threads2", "pair.threads2"));
        report.figure("memory.pending100k.ratio", contest.ratio("queue", "queue.pending100k"));
        report.figure("memory.inprogress10k.ratio", contest.ratio("queue", "queue.inprogress10k"));
        for (String contender : List.of(
                "queue", "pair", "queue.threads2", "pair.threads2", "queue.pending100k", "queue.inprogress10k")) {
            double rate = contest.rate(contender);
            report.figure("memory." + contender + ".rate", Math.round(rate));
            report.figure("memory." + contender + ".ns", Math.round(1e9 / rate));
        }
    }

    private static MemQueueManager queue() {
        RetryPolicy policy = new RetryPolicy(3, Backoff.DEFAULT, VISIBILITY);
        return new MemQueueManager(policy, RETENTION, Clock.systemUTC());
    }

    private static PlainPair pair() {
        return new PlainPair(VISIBILITY, RETENTION, Clock.systemUTC());
    }

    private static MemQueueManager withPending(BatchRequest[] requests) {
        MemQueueManager queue = queue();
        for (int i = 0; i < PENDING; i++) {
            queue.submit(requests[i]);
        }
        return queue;
    }

    private static MemQueueManager withInProgress() throws InterruptedException {
        MemQueueManager queue = queue();
        for (int i = 0; i < IN_PROGRESS; i++) {
            queue.submit(request("running-" + i));
        }
        queue.lease(WORKER, IN_PROGRESS, Duration.ZERO);
        return queue;
    }

    private static Contest.Step lifecycle(MemQueueManager queue, BatchRequest[] requests) {
        return lifecycle(queue, requests, 0);
    }

    private static Contest.Step lifecycle(MemQueueManager queue, BatchRequest[] requests, int first) {
        AtomicInteger next = new AtomicInteger(first);
        return () -> {
            BatchRequest request = requests[next.getAndIncrement() & (REQUESTS - 1)];
            check(queue.submit(request).outcome() == Enqueued.Outcome.ADDED);
            List<LeasedRequest> leased = queue.lease(WORKER, 1, Duration.ZERO);
            check(leased.size() == 1);
            Lease lease = leased.get(0).lease();
            queue.complete(lease);
        };
    }

    private static Contest.Step lifecycle(PlainPair pair, BatchRequest[] requests) {
        AtomicInteger next = new AtomicInteger();
        return () -> {
            BatchRequest request = requests[next.getAndIncrement() & (REQUESTS - 1)];
            check(pair.submit(request));
            PlainPair.Running leased = pair.lease(WORKER);
            check(leased != null && pair.complete(leased.request().key(), leased.token()));
        };
    }

    private static void check(boolean expected) {
        if (!expected) {
            throw new AssertionError("the lifecycle did not run as it must");
        }
    }

    private static BatchRequest[] requests() {
        BatchRequest[] requests = new BatchRequest[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            requests[i] = request("report-" + i);
        }
        return requests;
    }

    private static BatchRequest request(String key) {
        return BatchRequest.of("/report").key(new RequestKey(key)).build();
    }
}
