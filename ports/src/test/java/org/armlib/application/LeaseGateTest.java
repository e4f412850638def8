package org.armlib.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.armlib.application.LeaseGate.Permit;
import org.armlib.application.LeaseGate.Verdict;
import org.armlib.domain.Backoff;
import org.armlib.domain.Hold;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaseGateTest {
    private static final Instant NOW = Instant.parse("2024-02-29T12:00:00Z");
    private static final RequestKey SICK = new RequestKey("sick");

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean works = new AtomicBoolean(true);
    private final AtomicInteger closings = new AtomicInteger();
    private final Queue<Permit> permits = new ConcurrentLinkedQueue<>();
    private final LeaseGate gate = new LeaseGate(
            new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(30), 0),
            part -> works.get(),
            closings::incrementAndGet,
            Clock.fixed(NOW, ZoneOffset.UTC),
            nanos::get);

    @AfterEach
    void stop() {
        gate.stop();
    }

    @Test
    void W05_eight_threads_that_passed_an_open_gate_may_not_run_once_it_is_closed() throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            assertThat(gate.await()).contains(Permit.FREE);
        }
        fail(SICK, Permit.FREE, Optional.of(Duration.ofSeconds(10)));

        assertThat(gate.admits(Permit.FREE)).isFalse();
        assertThat(closings).hasValue(1);
    }

    @Test
    void W05_one_thread_at_a_time_gets_a_trial_and_not_before_the_upstream_asked_for() {
        fail(SICK, Permit.FREE, Optional.of(Duration.ofSeconds(10)));
        Thread[] threads = {enter(), enter(), enter()};

        pass(Duration.ofSeconds(9));
        await().until(() -> threads[0].getState() == Thread.State.TIMED_WAITING);
        assertThat(permits).isEmpty();

        pass(Duration.ofSeconds(1));
        await().until(() -> permits.size() == 1);
        assertThat(permits).containsExactly(Permit.TRIAL);

        gate.done(Permit.TRIAL);
        await().until(() -> permits.size() == 2);

        gate.succeeded(Hold.Cause.UPSTREAM);
        gate.done(Permit.TRIAL);
        await().until(() -> permits.size() == 3);
        assertThat(permits).containsExactly(Permit.TRIAL, Permit.TRIAL, Permit.FREE);
    }

    @Test
    void a_trial_that_fails_doubles_the_wait_and_a_request_leased_before_does_not() {
        fail(SICK, Permit.FREE, Optional.empty());
        assertThat(until()).isEqualTo(Duration.ofSeconds(1));
        fail(new RequestKey("leased-before"), Permit.FREE, Optional.empty());
        assertThat(until()).isEqualTo(Duration.ofSeconds(1));

        fail(new RequestKey("trial"), Permit.TRIAL, Optional.empty());
        assertThat(until()).isEqualTo(Duration.ofSeconds(2));
        fail(new RequestKey("another"), Permit.TRIAL, Optional.empty());
        assertThat(until()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void a_held_request_waits_longer_than_the_gate_so_that_another_is_the_trial() {
        Verdict verdict = fail(SICK, Permit.FREE, Optional.of(Duration.ofSeconds(10)));

        assertThat(verdict.spendsAttempt()).isFalse();
        assertThat(verdict.delay()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void W05_a_request_that_fails_so_while_others_succeed_closes_nothing_and_spends_attempts_after_a_bound() {
        fail(SICK, Permit.FREE, Optional.empty());
        pass(Duration.ofSeconds(1));
        gate.succeeded(Hold.Cause.UPSTREAM);

        for (int holds = 1; holds < LeaseGate.MAX_HOLDS; holds++) {
            assertThat(failAgain(holds).spendsAttempt()).isFalse();
            assertThat(gate.hold()).isEmpty();
        }
        assertThat(failAgain(LeaseGate.MAX_HOLDS).spendsAttempt()).isTrue();
        assertThat(gate.hold()).isEmpty();
    }

    @Test
    void a_request_that_fails_so_while_nothing_succeeds_never_spends_an_attempt() {
        fail(SICK, Permit.FREE, Optional.empty());
        for (int holds = 1; holds < 100; holds++) {
            assertThat(failAgain(holds).spendsAttempt()).isFalse();
        }
    }

    @Test
    void the_success_of_another_part_opens_nothing() {
        fail(SICK, Permit.FREE, Optional.empty());

        gate.succeeded(Hold.Cause.CACHE);

        assertThat(gate.hold().orElseThrow().by()).isEqualTo(Hold.Cause.UPSTREAM);
    }

    @Test
    void every_fourth_failing_probe_of_an_upstream_is_followed_by_a_trial() {
        works.set(false);
        fail(SICK, Permit.FREE, Optional.empty());
        enter();

        await().until(() -> {
            pass(Duration.ofSeconds(31));
            return !permits.isEmpty();
        });
        assertThat(permits).containsExactly(Permit.TRIAL);
    }

    @Test
    void a_cache_that_cannot_be_written_is_not_tried_with_a_request_and_works_again_when_its_probe_says_so() {
        works.set(false);
        gate.close(Hold.Cause.CACHE, "read-only");
        enter();
        AtomicInteger rounds = new AtomicInteger();
        await().until(() -> {
            pass(Duration.ofSeconds(31));
            return rounds.incrementAndGet() > 20;
        });
        assertThat(permits).isEmpty();

        works.set(true);
        await().until(() -> {
            pass(Duration.ofSeconds(31));
            return !permits.isEmpty();
        });
        gate.idle(Permit.TRIAL);
        assertThat(gate.hold()).isEmpty();
    }

    private Verdict failAgain(int holds) {
        Hold before = new Hold(Hold.Cause.UPSTREAM, NOW, NOW, "503", holds);
        return gate.failed(Hold.Cause.UPSTREAM, SICK, Permit.FREE, Optional.of(before), "503", Optional.empty());
    }

    private Verdict fail(RequestKey key, Permit permit, Optional<Duration> retryAfter) {
        return gate.failed(Hold.Cause.UPSTREAM, key, permit, Optional.empty(), "503", retryAfter);
    }

    private Duration until() {
        return Duration.between(NOW, gate.hold().orElseThrow().until());
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Thread enter() {
        Thread thread = new Thread(() -> {
            try {
                gate.await().ifPresent(permits::add);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        thread.start();
        return thread;
    }
}
