package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;
import org.junit.jupiter.api.Test;

class LeaseDeskTest {
    private static final int LOOKS = 20_000;

    @Test
    void whoever_waits_is_tried_again_each_time_that_the_alarm_rings() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (LeaseDesk desk = new LeaseDesk(
                slots -> {
                    looks.incrementAndGet();
                    return new LeaseDesk.Claimed(List.of(), Duration.ofNanos(1));
                },
                threads,
                () -> false)) {
            Future<List<LeasedRequest>> waiting =
                    threads.submit(() -> desk.lease(new WorkerId("worker"), 1, Duration.ofMinutes(2)));

            await().atMost(Duration.ofMinutes(1)).until(() -> looks.get() > LOOKS);

            assertThat(waiting.isDone()).isFalse();
            waiting.cancel(true);
        } finally {
            threads.shutdownNow();
        }
    }
}
