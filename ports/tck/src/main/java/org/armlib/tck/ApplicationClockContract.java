package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.application.StandardRequestManager;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

/** Clocks that are wrong, and put right (Q11), over a pair of adapters. */
public interface ApplicationClockContract extends ApplicationPair {
    /** How far the clock of one server is ahead. */
    Duration AHEAD = Duration.ofDays(300);

    @Test
    default void Q11_a_key_withdrawn_by_a_clock_that_was_ahead_is_run_again() throws InterruptedException {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.of("/report").build();
            QueueManager wrong = house.queueFixture.openAhead(AHEAD);
            var manager = new StandardRequestManager(wrong, house.cache, ApplicationHouse.clock());
            manager.submit(request);
            LeasedRequest first = lease(wrong);
            house.publish(first, "first");
            wrong.complete(first.lease());
            manager.resubmit(request.key());
            lease(wrong);
            manager.cancel(request.key());
            house.queueFixture.advance(Duration.ofMinutes(1));
            wrong.prune(Duration.ofSeconds(1), 100);
            house.queueFixture.putClocksRight(AHEAD);

            house.manager.submit(request);
            house.runOne("second");

            assertThat(house.manager.status(request.key()).status()).isEqualTo(BatchStatus.Status.COMPLETED);
            assertThat(house.read(request.key())).isEqualTo("second");
        }
    }

    @Test
    default void Q11_a_submission_that_is_older_than_what_was_withdrawn_is_run_again_as_a_later_one() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.of("/report").build();
            AtomicInteger runs = new AtomicInteger();
            SubmissionId later = new SubmissionId(ApplicationHouse.now().toEpochMilli() + AHEAD.toMillis(), 7);
            house.cache.retract(request.key(), later);
            house.queue.submit(request);

            house.work(1, job -> house.write(job, "run " + runs.incrementAndGet()));

            house.awaitStatus(request.key(), BatchStatus.Status.COMPLETED);
            assertThat(house.read(request.key())).isEqualTo("run 2");
            assertThat(house.queue.find(request.key()).orElseThrow().id()).isGreaterThan(later);
        }
    }

    private static LeasedRequest lease(QueueManager queue) throws InterruptedException {
        return queue.lease(new WorkerId("by-hand"), 1, Duration.ofSeconds(5)).get(0);
    }
}
