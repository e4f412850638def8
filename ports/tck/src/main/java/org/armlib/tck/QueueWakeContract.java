package org.armlib.tck;

import static org.armlib.tck.QueueSamples.OTHER_WORKER;
import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.leaseAll;
import static org.armlib.tck.QueueSamples.leaseOne;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.requests;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** Rules Q12, Q13: what wakes a worker that waits, how soon, and that the depth of the queue does not matter. */
interface QueueWakeContract {
    /** Far below what a poll takes on average that comes twice a second, far above what a wake-up takes. */
    Duration WOKEN = Duration.ofMillis(150);

    /** As short as the clock of a busy machine allows. */
    Duration BRIEF = Duration.ofMillis(500);

    /** A new queue, empty, that follows {@code policy}. */
    QueueFixture newQueue(RetryPolicy policy);

    @Test
    default void Q12_a_submit_wakes_a_waiting_worker_without_waiting_for_a_poll() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Duration median = Duration.ofDays(1);
            // A busy machine may be slow now and then; a queue that polls is slow each time.
            for (int tries = 0; tries < Patience.tries(5) && median.compareTo(WOKEN) > 0; tries++) {
                List<Duration> took = new ArrayList<>();
                for (int i = 0; i < 11; i++) {
                    BatchRequest request = request("woken-" + tries + "-" + i);
                    try (BlockedLease lease = BlockedLease.start(queue, WORKER)) {
                        long begun = System.nanoTime();
                        queue.submit(request);
                        Lease leased = lease.result().get(0).lease();
                        took.add(Duration.ofNanos(System.nanoTime() - begun));
                        queue.complete(leased);
                    }
                }
                Collections.sort(took);
                median = took.get(took.size() / 2);
            }
            assertThat(median).as("Q12: half of the wake-ups take at most").isLessThan(WOKEN);
        }
    }

    @Test
    default void Q12_a_submit_at_another_instance_ends_a_wait() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            QueueManager other = fixture.open();
            try (BlockedLease lease = BlockedLease.start(queue, WORKER)) {

                other.submit(request("a"));

                assertThat(keysOf(lease.result())).containsExactly(new RequestKey("a"));
            }
        }
    }

    @Test
    default void Q12_the_end_of_a_backoff_ends_a_wait() throws InterruptedException {
        RetryPolicy policy = new RetryPolicy(3, Backoff.fixed(BRIEF), VISIBILITY);
        try (QueueFixture fixture = newQueue(policy)) {
            QueueManager queue = fixture.open();
            queue.fail(submitAndLease(queue, request("a")).lease(), Failure.retryable("not yet"));
            try (BlockedLease lease = BlockedLease.start(queue, WORKER)) {

                fixture.advance(BRIEF.multipliedBy(2));

                assertThat(keysOf(lease.result())).containsExactly(new RequestKey("a"));
            }
        }
    }

    @Test
    default void Q12_a_backoff_that_begins_while_another_worker_waits_ends_its_wait() throws InterruptedException {
        RetryPolicy policy = new RetryPolicy(3, Backoff.fixed(BRIEF), VISIBILITY);
        try (QueueFixture fixture = newQueue(policy)) {
            QueueManager queue = fixture.open();
            Lease failing = submitAndLease(queue, request("a")).lease();
            try (BlockedLease lease = BlockedLease.start(queue, OTHER_WORKER)) {
                queue.fail(failing, Failure.retryable("not yet"));

                fixture.advance(BRIEF.multipliedBy(2));

                assertThat(keysOf(lease.result())).containsExactly(new RequestKey("a"));
            }
        }
    }

    @Test
    default void Q12_the_expiry_of_a_lease_ends_a_wait() throws InterruptedException {
        RetryPolicy policy = new RetryPolicy(3, Backoff.fixed(VISIBILITY), BRIEF);
        try (QueueFixture fixture = newQueue(policy)) {
            QueueManager queue = fixture.open();
            submitAndLease(queue, request("a"));
            try (BlockedLease lease = BlockedLease.start(queue, OTHER_WORKER)) {

                fixture.advance(BRIEF.multipliedBy(2));

                assertThat(keysOf(lease.result())).containsExactly(new RequestKey("a"));
            }
        }
    }

    @Test
    default void Q12_an_instance_that_is_closed_while_it_leases_loses_nothing() throws InterruptedException {
        RetryPolicy policy = new RetryPolicy(10, Backoff.fixed(VISIBILITY), VISIBILITY);
        try (QueueFixture fixture = newQueue(policy)) {
            QueueManager queue = fixture.open();
            List<BatchRequest> requests = requests("r", 60);
            queue.submitAll(requests);
            Set<RequestKey> leased = ConcurrentHashMap.newKeySet();
            for (int round = 0; round < 5; round++) {
                QueueManager closing = fixture.open();
                if (closing == queue) {
                    break;
                }
                Thread worker = leaseUntilClosed(closing, leased);
                closing.close();
                worker.join();
            }

            leased.addAll(leaseAll(queue));
            fixture.advance(VISIBILITY.multipliedBy(2));
            leased.addAll(leaseAll(queue));
            assertThat(leased).as("Q12: requests leased by somebody").hasSize(requests.size());
        }
    }

    private static Thread leaseUntilClosed(QueueManager queue, Set<RequestKey> leased) throws InterruptedException {
        java.util.concurrent.CountDownLatch begun = new java.util.concurrent.CountDownLatch(1);
        Thread worker = new Thread(() -> {
            try {
                while (true) {
                    leased.addAll(keysOf(queue.lease(WORKER, 1, Duration.ZERO)));
                    begun.countDown();
                }
            } catch (QueueException | InterruptedException e) {
                begun.countDown();
            }
        });
        worker.start();
        begun.await();
        return worker;
    }

    /** The running and the waiting requests of the queue that Q13 calls deep; fewer where a submit takes long. */
    default int deep() {
        return 3_000;
    }

    @Test
    default void Q13_the_cost_of_a_lease_does_not_grow_with_the_queue() throws InterruptedException {
        try (QueueFixture small = newQueue(POLICY);
                QueueFixture large = newQueue(POLICY)) {
            QueueManager shallow = small.open();
            QueueManager deep = large.open();
            fill(shallow, deep() / 100);
            fill(deep, deep());
            double ratio = Double.MAX_VALUE;
            // What grows with the queue is a hundred times slower here, however busy the machine.
            for (int tries = 0; tries < Patience.tries(5) && ratio > 10; tries++) {
                long few = leaseNanos(shallow);
                long many = leaseNanos(deep);
                ratio = (double) many / (double) few;
            }
            assertThat(ratio)
                    .as("Q13: a lease among %s running and as many waiting requests, over one among a 100th", deep())
                    .isLessThan(10);
        }
    }

    private static void fill(QueueManager queue, int count) throws InterruptedException {
        queue.submitAll(requests("running", count));
        for (int leased = 0; leased < count; ) {
            leased += queue.lease(OTHER_WORKER, Math.min(100, count - leased), Duration.ZERO)
                    .size();
        }
        queue.submitAll(requests("waiting", count));
    }

    /** The median time of a lease, of which each is given back. */
    private static long leaseNanos(QueueManager queue) throws InterruptedException {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            long begun = System.nanoTime();
            LeasedRequest leased = leaseOne(queue);
            took.add(System.nanoTime() - begun);
            queue.release(leased.lease());
        }
        Collections.sort(took);
        return took.get(took.size() / 2);
    }

    private static List<RequestKey> keysOf(List<LeasedRequest> leased) {
        return leased.stream().map(one -> one.lease().key()).toList();
    }
}
