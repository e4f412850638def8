package org.armlib.aws.dynamodb;

import static org.armlib.aws.dynamodb.Samples.OTHER_WORKER;
import static org.armlib.aws.dynamodb.Samples.VISIBILITY;
import static org.armlib.aws.dynamodb.Samples.WORKER;
import static org.armlib.aws.dynamodb.Samples.leaseOne;
import static org.armlib.aws.dynamodb.Samples.phase;
import static org.armlib.aws.dynamodb.Samples.request;
import static org.armlib.aws.dynamodb.Samples.requests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.aws.client.AwsClients;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** The rules hold whatever the service does to the calls. */
class DynQueueFaultsTest {

    @Test
    void each_request_is_worked_on_once_whatever_happens_to_the_calls() throws Exception {
        Faults faults = new Faults().failing(0.05).losing(0.1).stale(0.3);
        workThrough(faults, 4, 80);
        assertThat(faults.injected()).isGreaterThan(50);
    }

    @Test
    void of_calls_that_are_throttled_three_in_ten_none_is_lost() throws Exception {
        Faults faults = new Faults().throttling(0.3);
        workThrough(faults, 2, 30);
        assertThat(faults.injected()).isGreaterThan(20);

        faults.none();
        int before = faults.attempts();
        workThrough(faults, 2, 30);
        assertThat(faults.attempts() - before)
                .as("tries once the throttling is over: no more than the work needs")
                .isLessThan(30 * 20);
    }

    private static void workThrough(Faults faults, int workers, int count) throws Exception {
        try (DynQueueFixture fixture = Samples.newQueue()) {
            DynQueueManager submitter = fixture.open(fixture.clock(), faults);
            Set<String> dispatched = ConcurrentHashMap.newKeySet();
            AtomicInteger dispatches = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            List<Callable<Void>> calls = new ArrayList<>();
            calls.add(() -> {
                for (BatchRequest request : requests("r", count)) {
                    assertThat(submitter.submit(request).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
                }
                return null;
            });
            for (int i = 0; i < workers; i++) {
                WorkerId worker = new WorkerId("worker-" + i);
                QueueManager queue = fixture.open(fixture.clock(), faults);
                calls.add(() -> {
                    while (done.get() < count) {
                        for (LeasedRequest one : queue.lease(worker, 1, Duration.ofMillis(200))) {
                            dispatches.incrementAndGet();
                            dispatched.add(one.request().key().value());
                            queue.renew(one.lease());
                            queue.complete(one.lease());
                            done.incrementAndGet();
                        }
                    }
                    return null;
                });
            }
            runAll(calls);

            assertThat(dispatched).hasSize(count);
            assertThat(dispatches).hasValue(count);
            faults.none();
            assertThat(requests("r", count))
                    .allSatisfy(request ->
                            assertThat(phase(submitter, request.key().value())).isEqualTo(Phase.COMPLETED));
        }
    }

    private static void runAll(List<Callable<Void>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            for (Future<Void> one : threads.invokeAll(calls)) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void every_call_whose_answer_is_lost_counts_once() throws InterruptedException {
        Faults faults = new Faults();
        try (DynQueueFixture fixture = Samples.newQueue()) {
            DynQueueManager queue = fixture.open(fixture.clock(), faults);
            DynQueueManager other = fixture.open();
            // More would use up what the SDK grants for repetitions.
            faults.losing(0.2);

            for (int i = 0; i < 12; i++) {
                String key = "r-" + i;
                assertThat(queue.submit(request(key)).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
                Lease first = leaseOne(queue).lease();
                assertThat(first.attempt()).isEqualTo(1);
                assertThat(queue.release(first).state().attempts()).isZero();
                Lease second = leaseOne(queue).lease();
                assertThat(second.attempt()).isEqualTo(1);
                queue.renew(second);
                assertThat(queue.fail(second, Failure.permanent("no")).phase()).isEqualTo(Phase.FAILED);
                assertThat(queue.submit(request(key)).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
                assertThat(queue.cancel(new RequestKey(key)).orElseThrow().phase())
                        .isEqualTo(Phase.CANCELLED);
                assertThat(phase(other, key)).isEqualTo(Phase.CANCELLED);
            }
            assertThat(faults.injected()).isGreaterThan(10);
        }
    }

    @Test
    void a_service_that_always_fails_is_given_up_after_a_bounded_number_of_tries() {
        Faults faults = new Faults();
        try (DynQueueFixture fixture = Samples.newQueue()) {
            DynQueueManager queue = fixture.open(fixture.clock(), faults);
            faults.failing(1);
            int before = faults.attempts();

            assertThatThrownBy(() -> queue.find(new RequestKey("a")))
                    .isInstanceOfSatisfying(
                            QueueException.class, e -> assertThat(e.retryable()).isTrue())
                    .hasMessageContaining("cannot read 'a'");

            assertThat(faults.attempts() - before).isBetween(2, AwsClients.MAX_ATTEMPTS);
            faults.none();
            assertThat(queue.find(new RequestKey("a"))).isEmpty();
        }
    }

    @Test
    void an_index_that_is_behind_shows_nothing_that_is_not_leased_in_the_end() throws InterruptedException {
        Faults faults = new Faults();
        try (DynQueueFixture fixture = Samples.newQueue()) {
            DynQueueManager queue = fixture.open(fixture.clock(), faults);
            assertThat(queue.lease(WORKER, 1, Duration.ZERO)).isEmpty();
            faults.stale(0.9);
            fixture.open().submit(request("a"));

            assertThat(queue.lease(WORKER, 1, Duration.ofSeconds(60))).hasSize(1);
        }
    }

    @Test
    void a_worker_whose_clock_is_ahead_costs_no_more_than_an_attempt() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue()) {
            DynQueueManager queue = fixture.open();
            AheadClock wrong = new AheadClock();
            wrong.advance(VISIBILITY.plusMinutes(5));
            DynQueueManager early = fixture.open(wrong);
            queue.submit(request("a"));
            Lease lost = leaseOne(queue).lease();

            Lease taken = leaseOne(early, OTHER_WORKER).lease();

            assertThat(taken.attempt()).isEqualTo(2);
            assertThat(taken.fence()).isGreaterThan(lost.fence());
            assertThatThrownBy(() -> queue.complete(lost)).isInstanceOf(StaleLeaseException.class);
            assertThat(early.complete(taken).phase()).isEqualTo(Phase.COMPLETED);
        }
    }

    @Test
    void clocks_that_are_minutes_off_change_no_outcome() throws InterruptedException {
        for (Duration off : List.of(Duration.ofMinutes(5), Duration.ofMinutes(-5))) {
            try (DynQueueFixture fixture = Samples.newQueue()) {
                DynQueueManager queue = fixture.open();
                AheadClock wrong = new AheadClock();
                wrong.advance(off);
                DynQueueManager other = fixture.open(wrong);

                queue.submit(request("a"));
                fixture.advance(Duration.ofMinutes(6));
                wrong.advance(Duration.ofMinutes(6));
                Lease first = leaseOne(other).lease();
                assertThat(queue.lease(WORKER, 1, Duration.ZERO)).isEmpty();
                assertThat(other.renew(first).lease().isSameAs(first)).isTrue();
                other.release(first);
                fixture.advance(Duration.ofMinutes(6));
                Lease second = leaseOne(queue).lease();
                assertThat(second.fence()).isGreaterThan(first.fence());
                assertThatThrownBy(() -> other.complete(first)).isInstanceOf(StaleLeaseException.class);
                assertThat(queue.complete(second).phase()).isEqualTo(Phase.COMPLETED);
                assertThat(other.submit(request("a")).outcome()).isEqualTo(Enqueued.Outcome.ALREADY_COMPLETED);
            }
        }
    }
}
