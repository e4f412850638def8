package org.armlib.aws.dynamodb;

import static org.armlib.aws.dynamodb.Samples.OTHER_WORKER;
import static org.armlib.aws.dynamodb.Samples.WORKER;
import static org.armlib.aws.dynamodb.Samples.leaseAll;
import static org.armlib.aws.dynamodb.Samples.leaseOne;
import static org.armlib.aws.dynamodb.Samples.phase;
import static org.armlib.aws.dynamodb.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Parameters;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleLeaseException;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueException;
import org.junit.jupiter.api.Test;

/** What a person does to the table by hand has the effect that he expects. */
class DynQueueEditsTest {
    private static final RequestKey A = new RequestKey("a");

    @Test
    void a_running_request_set_to_pending_is_leased_again_and_its_worker_refused() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            DynQueueManager other = fixture.open();
            queue.submit(request("a"));
            Lease lost = leaseOne(queue).lease();

            tables.setState("a", "Pending");

            assertThatThrownBy(() -> queue.complete(lost)).isInstanceOf(StaleLeaseException.class);
            assertThatThrownBy(() -> queue.renew(lost)).isInstanceOf(StaleLeaseException.class);
            Lease current = leaseOne(other, OTHER_WORKER).lease();
            assertThat(current.attempt()).isEqualTo(2);
            assertThat(other.complete(current).phase()).isEqualTo(Phase.COMPLETED);
        }
    }

    @Test
    void a_failed_request_set_to_pending_is_leased_again_once_somebody_looks_at_it() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            fail(queue, "a");

            tables.setState("a", "Pending");

            assertThat(fixture.open().find(A).orElseThrow().phase()).isEqualTo(Phase.PENDING);
            assertThat(tables.item("a")).doesNotContainKey(Attributes.DELETE_AFTER);
            Lease lease = queue.lease(WORKER, 1, Duration.ofSeconds(30)).get(0).lease();
            assertThat(lease.attempt()).isEqualTo(2);
            assertThat(queue.complete(lease).phase()).isEqualTo(Phase.COMPLETED);
        }
    }

    @Test
    void a_failed_request_set_to_pending_is_leased_again_once_it_is_submitted() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            fail(queue, "a");
            tables.setState("a", "Pending");

            assertThat(queue.submit(request("a")).outcome()).isEqualTo(Enqueued.Outcome.JOINED);

            assertThat(leaseAll(fixture.open())).containsExactly("a");
        }
    }

    @Test
    void a_failed_request_set_to_pending_is_leased_again_though_nobody_looks_at_it() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            fail(queue, "a");
            tables.setState("a", "Pending");
            long deletedAfter = Attributes.number(tables.item("a"), Attributes.DELETE_AFTER, 0);
            assertThat(deletedAfter)
                    .as("after the next look through the table, however late the edit")
                    .isGreaterThan(fixture.clock()
                            .instant()
                            .plus(fixture.settings().retention())
                            .plus(Upkeep.EVERY)
                            .getEpochSecond());

            fixture.advance(Upkeep.EVERY.multipliedBy(2));
            queue.keepUp();

            await().until(() -> queue.lease(WORKER, 1, Duration.ZERO).size() == 1);
        }
    }

    private static void fail(DynQueueManager queue, String key) throws InterruptedException {
        queue.submit(request(key));
        queue.fail(leaseOne(queue).lease(), Failure.permanent("no"));
    }

    @Test
    void a_waiting_request_set_to_cancelled_is_not_leased() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            queue.submit(request("a"));
            queue.submit(request("b"));

            tables.setState("a", "Cancelled");

            assertThat(leaseAll(queue)).containsExactly("b");
            assertThat(phase(queue, "a")).isEqualTo(Phase.CANCELLED);
            assertThat(tables.item("a")).doesNotContainKey(Attributes.PLACE).containsKey(Attributes.DELETE_AFTER);
        }
    }

    @Test
    void a_deleted_request_is_forgotten_and_its_worker_refused() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            queue.submit(request("a"));
            Lease lost = leaseOne(queue).lease();

            tables.delete("a");

            assertThatThrownBy(() -> queue.complete(lost))
                    .isInstanceOfSatisfying(
                            StaleLeaseException.class,
                            e -> assertThat(e.reason()).isEqualTo(StaleLeaseException.Reason.UNKNOWN));
            assertThat(queue.find(A)).isEmpty();
            assertThat(queue.submit(request("a")).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
            Lease again = leaseOne(queue).lease();
            assertThat(again.fence()).isGreaterThan(lost.fence());
            assertThatThrownBy(() -> queue.complete(lost)).isInstanceOf(StaleLeaseException.class);
            assertThat(queue.complete(again).phase()).isEqualTo(Phase.COMPLETED);
        }
    }

    @Test
    void a_priority_that_was_raised_counts_once_somebody_looks() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            queue.submit(request("a"));
            queue.submit(request("b"));

            tables.edit("b", Map.of(Attributes.PRIORITY, Attributes.number(7)));
            assertThat(fixture.open().find(new RequestKey("b"))).isPresent();

            assertThat(leaseAll(queue)).containsExactly("b", "a");
        }
    }

    @Test
    void attributes_of_other_people_stay() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            queue.submit(request("a"));
            tables.edit("a", Map.of("ticketOfSupport", Attributes.text("4711")));

            queue.complete(leaseOne(queue).lease());

            assertThat(tables.item("a")).containsEntry("ticketOfSupport", Attributes.text("4711"));
        }
    }

    @Test
    void what_cannot_be_read_is_told_with_the_key_and_does_not_stop_the_others() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            queue.submit(request("a"));
            queue.submit(request("b"));
            tables.setState("a", "Pendign");

            assertThatThrownBy(() -> queue.find(A))
                    .isInstanceOf(QueueException.class)
                    .hasMessageContaining("'a'")
                    .hasMessageContaining("Pendign");
            assertThat(leaseAll(queue)).containsExactly("b");

            tables.setState("a", "Pending");
            fixture.advance(Duration.ofMinutes(1));
            assertThat(leaseAll(queue)).containsExactly("a");
        }
    }

    @Test
    void a_forgotten_request_that_was_not_deleted_yet_counts_as_absent() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            queue.submit(request("a"));
            LeasedRequest before = leaseOne(queue);
            queue.complete(before.lease());
            fixture.advance(fixture.settings().retention().plusSeconds(1));

            assertThat(tables.item("a")).isNotEmpty();
            assertThat(queue.find(A)).isEmpty();
            assertThat(queue.list(Phase.COMPLETED, Optional.empty(), 10).items())
                    .isEmpty();
            assertThat(queue.cancel(A)).isEmpty();
            assertThatThrownBy(() -> queue.complete(before.lease())).isInstanceOf(StaleLeaseException.class);
            assertThat(queue.submit(request("a")).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
            assertThat(leaseOne(queue).lease().fence())
                    .isGreaterThan(before.lease().fence());
            assertThat(tables.item("a")).doesNotContainKey(Attributes.DELETE_AFTER);
        }
    }

    @Test
    void parameters_that_nothing_refers_to_are_removed_in_time() throws InterruptedException {
        BatchRequest large = BatchRequest.of("/report")
                .key(A)
                .parameters(Parameters.of(Map.of("p", List.of("x".repeat(5_000)))))
                .build();
        BatchRequest live = BatchRequest.of("/report")
                .key(new RequestKey("b"))
                .parameters(large.parameters())
                .build();
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            queue.submit(large);
            queue.submit(live);
            tables.delete("a");
            assertThat(tables.scan()).hasSize(3);
            queue.keepUp();
            assertThat(tables.scan()).hasSize(3);

            fixture.advance(fixture.settings().retention().plus(Items.GRACE).plusDays(1));
            queue.keepUp();

            await().untilAsserted(() -> assertThat(tables.scan()).hasSize(2));
            assertThat(queue.find(live.key()).orElseThrow().request()).isEqualTo(live);
        }
    }
}
