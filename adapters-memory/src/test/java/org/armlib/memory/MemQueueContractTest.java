package org.armlib.memory;

import java.time.Duration;
import java.time.Instant;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueManager;
import org.armlib.tck.MutableClock;
import org.armlib.tck.QueueContract;
import org.armlib.tck.QueueFixture;

class MemQueueContractTest implements QueueContract {

    @Override
    public QueueFixture newQueue(RetryPolicy policy) {
        MutableClock clock = MutableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
        MemQueueManager queue = new MemQueueManager(policy, MemQueueManager.DEFAULT_RETENTION, clock);
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
}
