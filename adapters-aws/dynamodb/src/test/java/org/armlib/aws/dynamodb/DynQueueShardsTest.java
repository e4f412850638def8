package org.armlib.aws.dynamodb;

import static org.armlib.aws.dynamodb.Samples.POLICY;
import static org.armlib.aws.dynamodb.Samples.leaseAll;
import static org.armlib.aws.dynamodb.Samples.request;
import static org.armlib.aws.dynamodb.Samples.requests;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** A queue over several partitions of its index. */
class DynQueueShardsTest {

    private static DynQueueFixture newQueue(int shards) {
        Counterpart local = Counterpart.local();
        return new DynQueueFixture(
                local, local.settings("shards-" + UUID.randomUUID() + "-").withShards(shards), POLICY);
    }

    @Test
    void each_request_is_leased_once_and_those_of_a_shard_in_order() throws InterruptedException {
        List<BatchRequest> requests = requests("r", 120);
        try (DynQueueFixture fixture = newQueue(4)) {
            QueueManager queue = fixture.open();
            requests.forEach(queue::submit);

            List<String> leased = leaseAll(fixture.open());

            assertThat(leased)
                    .containsExactlyInAnyOrderElementsOf(
                            requests.stream().map(one -> one.key().value()).toList());
            for (int shard = 0; shard < 4; shard++) {
                int one = shard;
                List<String> expected = requests.stream()
                        .map(request -> request.key().value())
                        .filter(key -> Math.floorMod(key.hashCode(), 4) == one)
                        .toList();
                assertThat(expected).isNotEmpty();
                assertThat(leased.stream()
                                .filter(key -> Math.floorMod(key.hashCode(), 4) == one)
                                .toList())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void lists_and_counts_are_of_all_shards() {
        try (DynQueueFixture fixture = newQueue(3)) {
            DynQueueManager queue = fixture.open();
            requests("r", 40).forEach(queue::submit);

            List<String> listed = new ArrayList<>();
            Optional<String> cursor = Optional.empty();
            do {
                Page<Submission> page = queue.list(Phase.PENDING, cursor, 7);
                page.items().forEach(one -> listed.add(one.key().value()));
                cursor = page.next();
            } while (cursor.isPresent());

            assertThat(listed).hasSize(40).doesNotHaveDuplicates();
            assertThat(queue.overview().count(Phase.PENDING)).isEqualTo(40);
            assertThat(queue.position(new RequestKey("r-39")).orElseThrow().value())
                    .isEqualTo(40);
        }
    }

    @Test
    void the_number_in_the_control_table_counts_for_all_and_may_grow() throws InterruptedException {
        try (DynQueueFixture fixture = newQueue(2);
                TestTables tables = new TestTables(fixture.access(), fixture.settings())) {
            DynQueueManager queue = fixture.open();
            DynQueueManager other =
                    DynQueueManager.open(fixture.access(), fixture.settings().withShards(50), POLICY, fixture.clock());
            requests("r", 20).forEach(other::submit);
            assertThat(tables.scan())
                    .allSatisfy(item ->
                            assertThat(Attributes.text(item, Attributes.SHARD)).isIn("0", "1"));

            tables.client()
                    .updateItem(update -> update.tableName(fixture.settings().controlTable())
                            .key(Map.of("name", Attributes.text("queue")))
                            .updateExpression("SET shards = :five")
                            .expressionAttributeValues(Map.of(":five", Attributes.number(5))));
            queue.overview();
            requests("s", 40).forEach(queue::submit);

            assertThat(tables.scan())
                    .anySatisfy(item ->
                            assertThat(Attributes.text(item, Attributes.SHARD)).isEqualTo("4"));
            assertThat(leaseAll(other)).hasSize(60);
            other.close();
        }
    }

    @Test
    void a_submit_wakes_a_worker_whatever_its_shard() throws InterruptedException {
        try (DynQueueFixture fixture = newQueue(8)) {
            DynQueueManager queue = fixture.open();
            for (int i = 0; i < 8; i++) {
                queue.submit(request("r-" + i));
                assertThat(queue.lease(Samples.WORKER, 1, Duration.ofSeconds(20)))
                        .hasSize(1);
            }
        }
    }
}
