package org.armlib.aws.dynamodb;

import static org.armlib.aws.dynamodb.Samples.WORKER;
import static org.armlib.aws.dynamodb.Samples.leaseOne;
import static org.armlib.aws.dynamodb.Samples.request;
import static org.armlib.aws.dynamodb.Samples.requests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.ports.QueuePosition;
import org.junit.jupiter.api.Test;

/** A queue that is too long to be looked through. */
class DynQueueCountsTest {
    private static final int DEEP = 3 * Look.ENTRIES;

    private static BatchRequest urgent(String key) {
        return BatchRequest.of("/report").key(new RequestKey(key)).priority(5).build();
    }

    @Test
    void positions_beyond_the_look_come_from_the_counts_of_all_servers() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue()) {
            DynQueueManager first = fixture.open();
            DynQueueManager second = fixture.open();
            requests("a", DEEP).forEach(first::submit);
            await().untilAsserted(() ->
                    assertThat(second.overview().count(Phase.PENDING)).isEqualTo(DEEP));
            requests("b", 20).forEach(second::submit);
            first.submit(urgent("urgent"));
            assertThat(first.lease(WORKER, 11, Duration.ZERO)).hasSize(11);

            // The urgent one and ten more are gone.
            await().untilAsserted(() -> {
                DynQueueManager other = fixture.open();
                assertThat(other.position(new RequestKey("a-100")).orElseThrow().value())
                        .isEqualTo(91);
                assertThat(other.position(new RequestKey("b-19")).orElseThrow().value())
                        .isEqualTo(DEEP + 10);
                assertThat(other.position(new RequestKey("a-10")).orElseThrow().value())
                        .isEqualTo(1);
                assertThat(other.overview().count(Phase.PENDING)).isEqualTo(DEEP + 10);
                assertThat(other.overview().count(Phase.IN_PROGRESS)).isEqualTo(11);
                other.close();
            });
        }
    }

    @Test
    void what_a_server_counted_that_is_gone_still_counts() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue()) {
            try (DynQueueManager gone = fixture.open()) {
                requests("a", DEEP).forEach(gone::submit);
                gone.complete(leaseOne(gone).lease());
            }
            DynQueueManager queue = fixture.open();

            assertThat(queue.overview().count(Phase.PENDING)).isEqualTo(DEEP - 1);
            assertThat(queue.overview().count(Phase.COMPLETED)).isEqualTo(1);
            assertThat(queue.position(new RequestKey("a-" + (DEEP - 1)))
                            .orElseThrow()
                            .value())
                    .isEqualTo(DEEP - 1);
        }
    }

    @Test
    void counts_that_went_wrong_are_set_right_in_time() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            List<BatchRequest> deleted = requests("a", 5);
            try (DynQueueManager gone = fixture.open()) {
                for (BatchRequest request : deleted) {
                    gone.submit(request);
                    gone.complete(leaseOne(gone).lease());
                }
            }
            deleted.forEach(one -> tables.delete(one.key().value()));
            DynQueueManager queue = fixture.open();
            assertThat(queue.overview().count(Phase.COMPLETED)).isEqualTo(5);

            fixture.advance(Upkeep.EVERY.multipliedBy(2));
            queue.keepUp();

            await().untilAsserted(() ->
                    assertThat(fixture.open().overview().count(Phase.COMPLETED)).isZero());
            assertThat(queue.submit(request("b")).submission().phase()).isEqualTo(Phase.PENDING);
        }
    }

    @Test
    void requests_that_people_deleted_are_not_counted() {
        try (DynQueueFixture fixture = Samples.newQueue();
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            requests("a", DEEP).forEach(queue::submit);
            requests("a", 40).forEach(one -> tables.delete(one.key().value()));

            try (DynQueueManager other = fixture.open()) {
                assertThat(other.overview().count(Phase.PENDING)).isEqualTo(DEEP - 40);
                assertThat(other.position(new RequestKey("a-119"))).contains(QueuePosition.exact(DEEP - 40));
            }
        }
    }
}
