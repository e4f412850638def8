package org.armlib.memory.lincheck;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.IllegalTransitionException;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.domain.WorkerId;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueManager;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

/**
 * A queue of two requests as the checker sees it. Each operation makes one call of the queue, and says what came of it in
 * words without what is random. A thread reports under the last lease it got itself, so that nothing but the queue is
 * shared.
 */
@Param(name = "request", gen = IntGen.class, conf = "1:2")
@Param(name = "thread", gen = ThreadIdGen.class)
public final class QueueOperations {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2024-02-29T12:00:00Z"), ZoneOffset.UTC);
    private static final RetryPolicy POLICY = new RetryPolicy(2, Backoff.fixed(Duration.ZERO), Duration.ofMinutes(1));
    private static final int MOST_THREADS = 16;

    private final QueueManager queue = newQueue();
    private final @Nullable LeasedRequest[] leases = new @Nullable LeasedRequest[MOST_THREADS];

    static QueueManager newQueue() {
        return new MemQueueManager(POLICY, Duration.ofDays(1), CLOCK);
    }

    @Operation
    public String submit(@Param(name = "request") int number) {
        return words(queue.submit(request(number)));
    }

    @Operation
    public String resubmit(@Param(name = "thread") int thread) {
        return underLease(
                thread,
                leased -> words(queue.resubmit(leased.request(), leased.lease().submission())));
    }

    @Operation
    public String lease(@Param(name = "thread") int thread) throws InterruptedException {
        List<LeasedRequest> leased = queue.lease(new WorkerId("worker-" + thread), 1, Duration.ZERO);
        if (leased.isEmpty()) {
            return "nothing";
        }
        leases[thread] = leased.get(0);
        Lease lease = leased.get(0).lease();
        return lease.key() + " attempt " + lease.attempt();
    }

    @Operation
    public String renew(@Param(name = "thread") int thread) {
        return underLease(
                thread,
                leased -> "attempt " + queue.renew(leased.lease()).lease().attempt());
    }

    @Operation
    public String complete(@Param(name = "thread") int thread) {
        return underLease(thread, leased -> words(queue.complete(leased.lease())));
    }

    @Operation
    public String fail(@Param(name = "thread") int thread) {
        return underLease(thread, leased -> words(queue.fail(leased.lease(), Failure.retryable("again"))));
    }

    @Operation
    public String release(@Param(name = "thread") int thread) {
        return underLease(thread, leased -> words(queue.release(leased.lease())));
    }

    @Operation
    public String cancel(@Param(name = "request") int number) {
        return words(queue.cancel(request(number).key()));
    }

    @Operation
    public String find(@Param(name = "request") int number) {
        return words(queue.find(request(number).key()));
    }

    @Operation
    public String position(@Param(name = "request") int number) {
        return queue.position(request(number).key()).toString();
    }

    private String underLease(int thread, Function<LeasedRequest, String> call) {
        LeasedRequest leased = leases[thread];
        if (leased == null) {
            return "no lease";
        }
        try {
            return call.apply(leased);
        } catch (StaleLeaseException e) {
            return e.reason().name();
        } catch (IllegalTransitionException e) {
            return "not finished";
        }
    }

    private static String words(Enqueued enqueued) {
        return enqueued.outcome() + " " + words(enqueued.submission());
    }

    private static String words(Optional<Submission> submission) {
        return submission.map(QueueOperations::words).orElse("unknown");
    }

    private static String words(Submission submission) {
        return submission.phase() + " after " + submission.state().attempts();
    }

    static BatchRequest request(int number) {
        return BatchRequest.of("/report")
                .key(new RequestKey("report-" + number))
                .build();
    }
}
