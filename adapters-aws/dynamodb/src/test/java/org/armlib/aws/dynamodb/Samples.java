package org.armlib.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.armlib.ports.QueueManager;
import org.armlib.ports.Usage;

/** Sample requests, and what the tests do again and again. */
final class Samples {
    static final Duration VISIBILITY = Duration.ofMinutes(10);
    static final RetryPolicy POLICY = new RetryPolicy(3, Backoff.fixed(Duration.ofMinutes(10)), VISIBILITY);
    static final WorkerId WORKER = new WorkerId("worker-1");
    static final WorkerId OTHER_WORKER = new WorkerId("worker-2");

    private Samples() {}

    static DynQueueFixture newQueue() {
        return new DynQueueFixture(Counterpart.local(), POLICY);
    }

    static BatchRequest request(String key) {
        return BatchRequest.of("/report").key(new RequestKey(key)).build();
    }

    static List<BatchRequest> requests(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> request(prefix + "-" + i))
                .toList();
    }

    static LeasedRequest leaseOne(QueueManager queue, WorkerId worker) throws InterruptedException {
        List<LeasedRequest> leased = queue.lease(worker, 1, Duration.ZERO);
        assertThat(leased).as("what lease() gives of a queue with work").hasSize(1);
        return leased.get(0);
    }

    static LeasedRequest leaseOne(QueueManager queue) throws InterruptedException {
        return leaseOne(queue, WORKER);
    }

    /** Leases all there is, one by one. */
    static List<String> leaseAll(QueueManager queue) throws InterruptedException {
        List<String> keys = new ArrayList<>();
        for (List<LeasedRequest> leased = queue.lease(WORKER, 1, Duration.ZERO);
                !leased.isEmpty();
                leased = queue.lease(WORKER, 1, Duration.ZERO)) {
            leased.forEach(one -> keys.add(one.request().key().value()));
        }
        return keys;
    }

    static Phase phase(QueueManager queue, String key) {
        return queue.find(new RequestKey(key)).orElseThrow().phase();
    }

    static double writeUnits(DynQueueManager queue) {
        return units(queue, "write");
    }

    static double readUnits(DynQueueManager queue) {
        return units(queue, "read");
    }

    private static double units(DynQueueManager queue, String kind) {
        return queue.usage().stream()
                .filter(usage -> usage.item().startsWith(kind))
                .mapToDouble(Usage::count)
                .sum();
    }
}
