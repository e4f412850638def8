package org.armlib.tck;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueManager;

/** A queue in memory: every instance is the same. */
record ReferenceQueueFixture(MutableClock clock, QueueManager queue) implements QueueFixture {

    /** How a queue under test is made. */
    interface Constructor {
        QueueManager create(RetryPolicy policy, Clock clock);
    }

    static QueueFixture of(RetryPolicy policy, Constructor constructor) {
        MutableClock clock = MutableClock.at(Instant.parse("2026-01-01T00:00:00Z"));
        return new ReferenceQueueFixture(clock, constructor.create(policy, clock));
    }

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
}
