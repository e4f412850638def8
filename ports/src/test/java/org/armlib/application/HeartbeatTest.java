package org.armlib.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.armlib.domain.Backoff;
import org.armlib.domain.Progress;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class HeartbeatTest {
    private static final RetryPolicy MINUTE = policy(Duration.ofMinutes(1));

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final AtomicLong nanos = new AtomicLong(-17);
    private final List<String> logged = new ArrayList<>();
    private final LeaseBook queue = new LeaseBook(MINUTE);
    private final Heartbeat heartbeat = heartbeat(MINUTE);

    @AfterEach
    void stopTimer() {
        timer.shutdownNow();
    }

    private static RetryPolicy policy(Duration visibilityTimeout) {
        return new RetryPolicy(3, Backoff.DEFAULT, visibilityTimeout);
    }

    private Heartbeat heartbeat(RetryPolicy policy) {
        Logger log = (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (self, method, arguments) -> {
                    logged.add(method.getName());
                    return null;
                });
        return new Heartbeat(queue, policy, new Outage(log, "keeping leases"), nanos::get);
    }

    private RunningJob job(String key) {
        return job(key, MINUTE, Duration.ZERO);
    }

    private RunningJob job(String key, RetryPolicy policy, Duration estimate) {
        WorkerOptions options = WorkerOptions.of("worker", 1, policy);
        return new RunningJob(queue.leased(key, estimate), new Thread(key), options, timer);
    }

    private RunningJob added(String key) {
        RunningJob job = job(key);
        heartbeat.add(job);
        return job;
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private List<List<String>> beat() {
        heartbeat.beat();
        return queue.takeCalls();
    }

    @Test
    void a_hundred_running_jobs_are_renewed_by_one_call() {
        for (int i = 0; i < 100; i++) {
            added("job-" + i);
        }
        pass(Duration.ofSeconds(5));

        List<List<String>> calls = beat();

        assertThat(calls).hasSize(1);
        assertThat(calls.get(0)).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void a_lease_of_a_minute_is_renewed_every_five_seconds() {
        added("a");
        for (int renewal = 0; renewal < 3; renewal++) {
            for (int second = 1; second < 5; second++) {
                pass(Duration.ofSeconds(1));
                assertThat(beat()).isEmpty();
            }
            pass(Duration.ofSeconds(1));
            assertThat(beat()).containsExactly(List.of("a"));
        }
    }

    @Test
    void W01_only_due_leases_are_renewed_whatever_the_estimates() {
        added("short");
        heartbeat.add(job("estimated", MINUTE, Duration.ofDays(7)));
        pass(Duration.ofSeconds(3));
        added("later");

        pass(Duration.ofSeconds(2));
        assertThat(beat()).containsExactly(List.of("estimated", "short"));
        pass(Duration.ofSeconds(3));
        assertThat(beat()).containsExactly(List.of("later"));
    }

    @Test
    void a_lease_of_up_to_15_seconds_is_renewed_between_a_fourth_and_a_half_of_it() {
        for (int millis : new int[] {10, 12, 50, 100, 3_000, 15_000}) {
            RetryPolicy policy = policy(Duration.ofMillis(millis));
            Heartbeat frequent = heartbeat(policy);
            long lease = policy.visibilityTimeout().toNanos();
            long beat = frequent.interval().toNanos();
            for (int phase = 0; phase < 10; phase++) {
                RunningJob job = job("a", policy, Duration.ZERO);
                frequent.add(job);
                long begun = nanos.get();
                nanos.addAndGet(beat * phase / 10);
                frequent.beat();
                while (queue.takeCalls().isEmpty()) {
                    nanos.addAndGet(beat);
                    frequent.beat();
                }
                assertThat(nanos.get() - begun)
                        .as("lease of " + millis + " ms, begun " + phase + " tenths before a beat")
                        .isBetween(lease / 4, lease / 2);
                frequent.remove(job);
            }
        }
    }

    @Test
    void a_job_whose_lease_is_refused_is_told_and_the_others_keep_theirs() {
        RunningJob first = added("first");
        RunningJob cancelled = added("cancelled");
        RunningJob last = added("last");
        queue.cancel("cancelled");
        pass(Duration.ofSeconds(5));

        assertThat(beat()).containsExactly(List.of("cancelled", "first", "last"));

        assertThat(cancelled.isAbandoned()).isTrue();
        assertThat(first.isAbandoned()).isFalse();
        assertThat(last.isAbandoned()).isFalse();
        cancelled.progress(0.5, "in vain");
        assertThat(beat()).as("a beat later").isEmpty();
        pass(Duration.ofSeconds(5));
        assertThat(beat()).containsExactly(List.of("first", "last"));
        assertThat(queue.progress()).isEmpty();
        assertThat(logged).as("a lost lease is no outage").isEmpty();
    }

    @Test
    void a_job_that_ends_while_its_lease_is_refused_has_not_lost_it() {
        RunningJob job = added("a");
        queue.cancel("a");
        queue.setMeanwhile(() -> heartbeat.remove(job));
        pass(Duration.ofSeconds(5));

        assertThat(beat()).containsExactly(List.of("a"));

        assertThat(job.isAbandoned()).isFalse();
    }

    @Test
    void a_queue_that_fails_is_asked_again_at_each_beat_and_reported_once() {
        RunningJob job = added("a");
        added("b");
        queue.setDown(true);
        pass(Duration.ofSeconds(5));
        for (int i = 0; i < 5; i++) {
            assertThat(beat()).as("one call a beat, for all").containsExactly(List.of("a", "b"));
            pass(Duration.ofSeconds(1));
        }
        assertThat(logged).containsExactly("warn");

        queue.setDown(false);
        assertThat(beat()).containsExactly(List.of("a", "b"));
        assertThat(logged).containsExactly("warn", "info");
        assertThat(job.isAbandoned()).isFalse();
        pass(Duration.ofSeconds(4));
        assertThat(beat()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(beat()).hasSize(1);
        assertThat(logged).containsExactly("warn", "info");
    }

    @Test
    void a_beat_that_calls_nothing_does_not_end_an_outage() {
        RunningJob job = added("a");
        queue.setDown(true);
        pass(Duration.ofSeconds(5));
        beat();
        heartbeat.remove(job);

        assertThat(beat()).isEmpty();

        assertThat(logged).containsExactly("warn");
    }

    @Test
    void a_lease_that_cannot_be_renewed_costs_no_other_its_own() {
        RunningJob broken = added("broken");
        added("a");
        added("b");
        queue.refuseToRenew("broken");
        pass(Duration.ofSeconds(5));

        assertThat(beat())
                .containsExactlyInAnyOrder(List.of("a", "b", "broken"), List.of("a"), List.of("b"), List.of("broken"));

        pass(Duration.ofSeconds(1));
        assertThat(beat()).containsExactly(List.of("broken"));
        assertThat(broken.isAbandoned()).isFalse();
        assertThat(logged).containsExactly("warn");
    }

    @Test
    void an_answer_for_too_few_is_no_answer() {
        added("a");
        queue.setForgetful();
        pass(Duration.ofSeconds(5));

        assertThat(beat()).containsExactly(List.of("a"));
        assertThat(beat()).as("again at the next beat").containsExactly(List.of("a"));

        assertThat(logged).containsExactly("warn");
    }

    @Test
    void the_latest_progress_is_passed_on_once() {
        RunningJob job = added("a");
        added("silent");
        job.progress(0.1, "one");
        job.progress(0.2, "two");

        beat();
        assertThat(queue.progress()).containsOnly(Map.entry("a", new Progress(0.2, "two")));
        assertThat(job.unreported()).isEmpty();

        job.progress(0.3, "three");
        beat();
        assertThat(queue.progress()).containsOnly(Map.entry("a", new Progress(0.3, "three")));
    }

    @Test
    void progress_that_could_not_be_passed_on_is_kept_for_the_next_beat() {
        RunningJob job = added("a");
        job.progress(0.1, "one");
        queue.setDown(true);
        beat();
        beat();
        assertThat(logged).containsExactly("warn");
        queue.setDown(false);

        beat();

        assertThat(queue.progress()).containsOnly(Map.entry("a", new Progress(0.1, "one")));
        assertThat(logged).containsExactly("warn", "info");
    }

    @Test
    void a_refused_progress_tells_the_job() {
        RunningJob job = added("a");
        job.progress(0.1, "one");
        queue.cancel("a");

        beat();

        assertThat(job.isAbandoned()).isTrue();
        assertThat(logged).isEmpty();
    }

    @Test
    void a_job_that_has_ended_is_left_alone() {
        RunningJob job = added("a");
        job.progress(0.1, "one");
        heartbeat.remove(job);
        pass(Duration.ofSeconds(5));

        assertThat(beat()).isEmpty();
        assertThat(queue.progress()).isEmpty();
    }

    @Test
    void a_worker_renews_the_leases_of_its_jobs_together() throws InterruptedException {
        int jobs = 100;
        RetryPolicy brief = policy(Duration.ofMillis(600));
        CountDownLatch running = new CountDownLatch(jobs);
        CountDownLatch goOn = new CountDownLatch(1);
        WorkerOptions options = new WorkerOptions(
                "worker", jobs, Duration.ZERO, Duration.ofSeconds(20), brief, Backoff.fixed(Duration.ofMillis(1)));
        RequestWorker worker = new RequestWorker(
                queue,
                cacheOfNothing(),
                job -> {
                    running.countDown();
                    goOn.await();
                },
                options,
                Clock.systemUTC());
        worker.start();
        try {
            for (int i = 0; i < jobs; i++) {
                queue.offer(queue.leased("job-" + i, Duration.ZERO));
            }
            assertThat(running.await(1, TimeUnit.MINUTES)).isTrue();
            queue.takeCalls();

            List<List<String>> calls = new ArrayList<>();
            AtomicInteger rounds = new AtomicInteger();
            Set<String> renewed = new HashSet<>();
            await().until(() -> {
                for (List<String> call : queue.takeCalls()) {
                    calls.add(call);
                    renewed.addAll(call);
                    if (renewed.size() == jobs) {
                        renewed.clear();
                        rounds.incrementAndGet();
                    }
                }
                return rounds.get() >= 3;
            });

            // Beats are at least a twelfth of a lease apart: however the jobs are spread, few calls renew them all.
            assertThat(calls.stream().mapToInt(Collection::size).sum()).isGreaterThanOrEqualTo(3 * jobs);
            assertThat(calls).hasSizeLessThan(jobs / 2);
        } finally {
            worker.close();
        }
    }

    private static CacheManager cacheOfNothing() {
        ResultWriter writer = new ResultWriter() {
            @Override
            public Commit commit() {
                return new Commit.Discarded(Commit.Reason.SUPERSEDED);
            }

            @Override
            public void close() {}

            @Override
            public OutputStream format(String name, String mediaType) {
                return OutputStream.nullOutputStream();
            }
        };
        return (CacheManager) Proxy.newProxyInstance(
                CacheManager.class.getClassLoader(),
                new Class<?>[] {CacheManager.class},
                (self, method, arguments) -> writer);
    }
}
