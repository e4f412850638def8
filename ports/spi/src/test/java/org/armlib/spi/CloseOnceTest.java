package org.armlib.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CloseOnceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicInteger closes = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private void close() {
        closes.incrementAndGet();
        begun.countDown();
        try {
            assertThat(goOn.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void others_wait_for_the_first_and_nothing_is_closed_twice() throws Exception {
        CloseOnce once = new CloseOnce(PATIENCE);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> once.run(this::close));
        assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Boolean> firstWasDone = CompletableFuture.supplyAsync(() -> {
            once.run(this::close);
            return first.isDone() || goOn.getCount() == 0;
        });

        assertThat(once.isClosed()).isTrue();
        goOn.countDown();

        assertThat(firstWasDone).succeedsWithin(PATIENCE).isEqualTo(true);
        assertThat(first).succeedsWithin(PATIENCE);
        once.run(this::close);
        assertThat(closes).hasValue(1);
    }

    @Test
    void nobody_waits_longer_than_the_limit_or_when_interrupted() throws Exception {
        for (Duration limit : new Duration[] {Duration.ZERO, PATIENCE}) {
            CloseOnce once = new CloseOnce(limit);
            CountDownLatch held = new CountDownLatch(1);
            CompletableFuture<Void> first = CompletableFuture.runAsync(() -> once.run(() -> {
                held.countDown();
                close();
            }));
            assertThat(held.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            if (!limit.isZero()) {
                Thread.currentThread().interrupt();
            }

            once.run(this::close);

            assertThat(Thread.interrupted()).isEqualTo(!limit.isZero());
            assertThat(first).isNotDone();
            if (!limit.isZero()) {
                goOn.countDown();
                assertThat(first).succeedsWithin(PATIENCE);
            }
        }
        assertThat(closes).hasValue(2);
    }

    @Test
    void a_failure_reaches_who_closes_and_an_interrupted_caller_closes_too() {
        CloseOnce once = new CloseOnce(PATIENCE);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> once.run(() -> {
                    throw new IllegalStateException("stuck");
                }))
                .hasMessage("stuck");

        assertThat(Thread.interrupted()).isTrue();
        once.run(closes::incrementAndGet);
        assertThat(closes).hasValue(0);
    }
}
