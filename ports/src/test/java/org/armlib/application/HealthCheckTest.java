package org.armlib.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Hold;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Health;
import org.armlib.ports.HoldSource;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final CacheManager CACHE = port(CacheManager.class, () -> DataEpoch.FIRST);

    private final AtomicInteger calls = new AtomicInteger();

    /** A port whose every method does the same. */
    private static <T> T port(Class<T> type, Supplier<?> answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> answer.get()));
    }

    private QueueManager queue(Supplier<?> answer) {
        return port(QueueManager.class, () -> {
            calls.incrementAndGet();
            return answer.get();
        });
    }

    private static Optional<String> reason(Health health, String part) {
        return health.parts().stream()
                .filter(one -> one.name().equals(part))
                .findFirst()
                .orElseThrow()
                .reason();
    }

    @Test
    void what_answers_is_up() {
        Health health = new HealthCheck(queue(() -> null), CACHE).check();

        assertThat(health.isUp()).isTrue();
        assertThat(health.parts()).extracting(Health.Part::name).containsExactly("queue", "cache", "leasing");
    }

    @Test
    void what_fails_is_down_with_its_reason() {
        HealthCheck check = new HealthCheck(
                queue(() -> {
                    throw new QueueException("the disk is full", true);
                }),
                CACHE);

        Health health = check.check();

        assertThat(health.isUp()).isFalse();
        assertThat(reason(health, "queue")).contains("the disk is full");
        assertThat(reason(health, "cache")).isEmpty();
    }

    @Test
    void what_hangs_is_down_and_takes_one_thread_however_often_it_is_checked() {
        CountDownLatch never = new CountDownLatch(1);
        QueueManager hanging = queue(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        });
        HealthCheck check = new HealthCheck(hanging, CACHE, HoldSource.NONE, PATIENCE);
        try {
            for (int i = 0; i < 3; i++) {
                assertThat(reason(check.check(), "queue")).get().asString().contains("has not answered");
            }
            assertThat(calls).hasValue(1);
        } finally {
            never.countDown();
        }
    }

    @Test
    void a_hold_is_shown() {
        Hold hold = new Hold(Hold.Cause.UPSTREAM, Instant.EPOCH, Instant.EPOCH, "it answers 503", 1);

        Health health = new HealthCheck(queue(() -> null), CACHE, () -> Optional.of(hold)).check();

        assertThat(reason(health, "leasing")).contains("upstream: it answers 503");
    }
}
