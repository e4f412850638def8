package org.armlib.examples.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.QueueManager;
import org.armlib.tck.MutableClock;
import org.armlib.tck.QueueContract;
import org.armlib.tck.QueueFixture;
import org.junit.jupiter.api.Test;

class AuditedQueueManagerTest implements QueueContract {

    @Override
    public QueueFixture newQueue(RetryPolicy policy) {
        MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
        QueueManager queue = new AuditedQueueManager(
                new MemQueueManager(policy, Duration.ofDays(7), clock), new CopyOnWriteArrayList<>()::add);
        return new QueueFixture() {
            @Override
            public QueueManager open() {
                return queue;
            }

            @Override
            public void advance(Duration time) {
                clock.advance(time);
            }

            @Override
            public void close() {
                queue.close();
            }
        };
    }

    @Test
    void every_change_of_state_is_written_down() throws InterruptedException {
        List<String> audit = new CopyOnWriteArrayList<>();
        try (var queue = new AuditedQueueManager(new MemQueueManager(Clock.systemUTC()), audit::add)) {
            queue.submit(
                    BatchRequest.of("/report").key(new RequestKey("report")).build());
            LeasedRequest leased =
                    queue.lease(new WorkerId("me"), 1, Duration.ZERO).get(0);
            queue.complete(leased.lease());
        }

        assertThat(audit).containsExactly("report Pending", "report leased to me", "report Completed");
    }

    @Test
    void it_is_found_by_its_name() {
        String conf = "queue { adapter = audited, logger = audit }, cache.adapter = memory, worker.threads = 0";
        try (Armlib armlib = Armlib.builder().appConf(conf).start()) {
            assertThat(armlib.queue()).isInstanceOf(AuditedQueueManager.class);
        }
    }
}
