package org.armlib.aws.dynamodb;

import static org.armlib.aws.dynamodb.Samples.POLICY;
import static org.armlib.aws.dynamodb.Samples.WORKER;
import static org.armlib.aws.dynamodb.Samples.leaseOne;
import static org.armlib.aws.dynamodb.Samples.readUnits;
import static org.armlib.aws.dynamodb.Samples.request;
import static org.armlib.aws.dynamodb.Samples.requests;
import static org.armlib.aws.dynamodb.Samples.writeUnits;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Lease;
import org.armlib.domain.Parameters;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.ports.Usage;
import org.junit.jupiter.api.Test;

/** What calls cost, as DynamoDB Local counts it. */
class DynQueueCostTest {
    /** So that what is written down by the timer does not come between. */
    private static DynQueueManager open(DynQueueFixture fixture) {
        return DynQueueManager.open(
                fixture.access(), fixture.settings(), POLICY, fixture.clock(), Duration.ofHours(1), List.of());
    }

    @Test
    void a_lifecycle_writes_6_units_and_reads_2_at_the_most() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                DynQueueManager queue = open(fixture)) {
            requests("waiting", 100).forEach(queue::submit);
            double written = writeUnits(queue);
            double read = readUnits(queue);

            for (BatchRequest request : requests("r", 50)) {
                queue.submit(request);
                queue.complete(leaseOne(queue).lease());
            }

            // A call that the SDK repeats, because a busy machine was slow to answer, costs once more.
            assertThat(writeUnits(queue) - written).isLessThanOrEqualTo(50 * 6.0 + 1);
            assertThat(readUnits(queue) - read).isLessThanOrEqualTo(50 * 2.0 + 1);
        }
    }

    @Test
    void a_sign_of_life_writes_1_unit_and_reads_nothing() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                DynQueueManager queue = open(fixture)) {
            queue.submit(request("a"));
            Lease lease = leaseOne(queue).lease();
            double written = writeUnits(queue);
            double read = readUnits(queue);

            queue.renew(lease);
            queue.progress(lease, new Progress(0.5, "half"));

            assertThat(writeUnits(queue) - written).isEqualTo(2.0);
            assertThat(readUnits(queue) - read).isZero();
        }
    }

    @Test
    void to_find_a_request_reads_half_a_unit() {
        try (DynQueueFixture fixture = Samples.newQueue();
                DynQueueManager queue = open(fixture);
                DynQueueManager other = open(fixture)) {
            queue.submit(request("a"));

            double read = readUnits(other);
            other.find(new RequestKey("a"));
            assertThat(readUnits(other) - read).isEqualTo(0.5);
        }
    }

    @Test
    void large_parameters_are_written_once() throws InterruptedException {
        BatchRequest large = BatchRequest.of("/report")
                .parameters(Parameters.of(Map.of("p", List.of("x".repeat(100_000)))))
                .build();
        try (DynQueueFixture fixture = Samples.newQueue();
                DynQueueManager queue = open(fixture)) {
            queue.submit(large);
            double written = writeUnits(queue);

            queue.complete(leaseOne(queue).lease());

            assertThat(writeUnits(queue) - written).isEqualTo(4.0);
        }
    }

    @Test
    void a_look_for_work_does_not_cost_more_where_many_run() throws InterruptedException {
        try (DynQueueFixture fixture = Samples.newQueue();
                DynQueueManager queue = open(fixture)) {
            requests("r", 300).forEach(queue::submit);
            assertThat(queue.lease(WORKER, 250, Duration.ZERO)).hasSize(250);
            leaseOne(queue);
            double read = readUnits(queue);

            for (int i = 0; i < 40; i++) {
                leaseOne(queue);
            }

            assertThat((readUnits(queue) - read) / 40).isLessThan(2.5);
        }
    }

    @Test
    void what_is_used_is_told_with_its_price() {
        try (DynQueueFixture fixture = Samples.newQueue();
                DynQueueManager queue = open(fixture)) {
            assertThat(queue.usage())
                    .extracting(Usage::item)
                    .containsExactly("write request units", "read request units", "write request units of upkeep");
        }
    }
}
