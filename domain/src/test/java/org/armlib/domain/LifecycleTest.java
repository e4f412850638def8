package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Walks through the lifecycle at random, beside a model that is written from the diagram of the protocol: a table of
 * names, and the accounts of attempts, leases and time in plain fields.
 */
class LifecycleTest {
    private enum Act {
        CLAIM,
        RENEW,
        PROGRESS,
        COMPLETE,
        FAIL,
        FAIL_FOR_GOOD,
        RELEASE,
        CANCEL,
        RESUBMIT
    }

    /** The arrows of the diagram that do not hang on time or accounts: from, act, to. */
    private static final Map<Phase, Map<Act, Phase>> ARROWS = new EnumMap<>(Map.of(
            Phase.PENDING,
            Map.of(Act.CLAIM, Phase.IN_PROGRESS, Act.CANCEL, Phase.CANCELLED),
            Phase.IN_PROGRESS,
            Map.of(
                    Act.RENEW, Phase.IN_PROGRESS,
                    Act.PROGRESS, Phase.IN_PROGRESS,
                    Act.COMPLETE, Phase.COMPLETED,
                    Act.FAIL, Phase.PENDING,
                    Act.FAIL_FOR_GOOD, Phase.FAILED,
                    Act.RELEASE, Phase.PENDING,
                    Act.CANCEL, Phase.CANCELLED),
            Phase.COMPLETED,
            Map.of(Act.RESUBMIT, Phase.PENDING, Act.CANCEL, Phase.COMPLETED),
            Phase.FAILED,
            Map.of(Act.RESUBMIT, Phase.PENDING, Act.CANCEL, Phase.FAILED),
            Phase.CANCELLED,
            Map.of(Act.RESUBMIT, Phase.PENDING, Act.CANCEL, Phase.CANCELLED)));

    private static final Set<Act> UNDER_A_LEASE =
            Set.of(Act.RENEW, Act.PROGRESS, Act.COMPLETE, Act.FAIL, Act.FAIL_FOR_GOOD, Act.RELEASE);

    private static final RetryPolicy POLICY = new RetryPolicy(
            3, new Backoff(Duration.ofSeconds(5), 2, Duration.ofSeconds(12), 0), Duration.ofSeconds(60));

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final BatchRequest REQUEST =
            BatchRequest.parse("/report?year=2024").build();

    /** One walk: the submission, and what the model holds of it. */
    private static final class Walk {
        final Generators generate;
        final Set<String> seen;
        Instant now = START;
        Submission submission;

        Phase phase = Phase.PENDING;
        int attempts;
        int submissions = 1;
        Instant notBefore = Instant.EPOCH;
        Instant expires = START;
        final List<Lease> leases = new ArrayList<>();
        final List<Integer> submissionOfLease = new ArrayList<>();
        /** How the last lease ended by its worker's own word, while nothing happened since; else empty. */
        Optional<Act> lastWord = Optional.empty();

        Walk(Generators generate, Set<String> seen) {
            this.generate = generate;
            this.seen = seen;
            this.submission = Submission.first(REQUEST, generate.random(), now);
        }

        void step() {
            // The clock goes on by up to a lease and a half; one time in six it goes back.
            now = generate.oneIn(6) ? now.minusSeconds(generate.below(100)) : now.plusSeconds(generate.below(90));
            Act act = generate.oneOf(List.of(Act.values()));
            Submission before = submission;
            if (UNDER_A_LEASE.contains(act)) {
                if (!leases.isEmpty()) {
                    // Mostly the last lease, sometimes one long lost.
                    int which = generate.oneIn(4) ? generate.below(leases.size()) : leases.size() - 1;
                    report(act, which);
                }
            } else if (act == Act.CLAIM) {
                claim();
            } else if (act == Act.CANCEL) {
                submission = submission.cancel(now);
                boolean live = phase == Phase.PENDING || phase == Phase.IN_PROGRESS;
                if (!live) {
                    assertThat(submission).isSameAs(before);
                }
                follow(act);
                lastWord = live ? Optional.empty() : lastWord;
            } else {
                resubmit();
            }
            check(before);
        }

        private void claim() {
            UUID token =
                    new UUID(generate.random().nextLong(), generate.random().nextLong());
            Optional<Submission> claimed = submission.claim(new WorkerId("w"), token, POLICY, now);
            boolean beyond = notBefore.isAfter(now.plus(POLICY.backoff().max()).plusSeconds(60));
            boolean due = phase == Phase.PENDING && (!now.isBefore(notBefore) || beyond);
            boolean expired = phase == Phase.IN_PROGRESS && !now.isBefore(expires);
            assertThat(claimed.isPresent()).isEqualTo(due || expired);
            if (claimed.isEmpty()) {
                seen.add(phase + " CLAIM nothing");
                return;
            }
            submission = claimed.get();
            if (expired && attempts == POLICY.maxAttempts()) {
                see(Act.CLAIM, Phase.FAILED);
                phase = Phase.FAILED;
                assertThat(((Failed) submission.state()).reason().kind()).isEqualTo(Failure.Kind.LEASE_EXPIRED);
            } else {
                see(Act.CLAIM, Phase.IN_PROGRESS);
                phase = Phase.IN_PROGRESS;
                attempts++;
                expires = now.plusSeconds(60);
                Lease lease = submission.leased().orElseThrow().lease();
                assertThat(lease.token()).isEqualTo(token);
                assertThat(lease.submission()).isEqualTo(submission.id());
                if (!leases.isEmpty()) {
                    assertThat(lease.fence())
                            .isGreaterThan(leases.get(leases.size() - 1).fence());
                }
                leases.add(lease);
                submissionOfLease.add(submissions);
            }
            lastWord = Optional.empty();
        }

        private void report(Act act, int which) {
            Lease lease = leases.get(which);
            boolean last = which == leases.size() - 1;
            boolean current = last && phase == Phase.IN_PROGRESS;
            boolean repeated = last && phase != Phase.IN_PROGRESS && lastWord.isPresent() && sameWord(act);
            if (!current && !repeated) {
                StaleLeaseException.Reason reason = reason(which);
                seen.add(phase + " " + act + " " + reason);
                assertThatThrownBy(() -> apply(act, lease))
                        .isInstanceOfSatisfying(StaleLeaseException.class, refused -> {
                            assertThat(refused.reason()).isEqualTo(reason);
                            assertThat(refused.key()).contains(REQUEST.key());
                            assertThat(refused.retryable()).isFalse();
                        });
                return;
            }
            Submission after = apply(act, lease);
            if (repeated) {
                seen.add(phase + " " + act + " again");
                assertThat(after).isSameAs(submission);
                return;
            }
            submission = after;
            if (act == Act.RENEW) {
                expires = now.plusSeconds(60);
            } else if (act == Act.RELEASE) {
                attempts--;
                notBefore = Instant.EPOCH;
            } else if (act == Act.FAIL) {
                notBefore = now.plusSeconds(attempts == 1 ? 5 : 10);
            }
            if (act == Act.FAIL && attempts == POLICY.maxAttempts()) {
                see(act, Phase.FAILED);
                phase = Phase.FAILED;
            } else {
                follow(act);
            }
            lastWord = phase == Phase.IN_PROGRESS ? Optional.empty() : Optional.of(act);
        }

        /** Whether the act says what the last lease's worker said already; the kind of failure does not matter then. */
        private boolean sameWord(Act act) {
            Act word = lastWord.orElseThrow();
            Set<Act> failures = Set.of(Act.FAIL, Act.FAIL_FOR_GOOD);
            return act == word || (failures.contains(act) && failures.contains(word));
        }

        private StaleLeaseException.Reason reason(int which) {
            if (submissionOfLease.get(which) != submissions) {
                return StaleLeaseException.Reason.SUPERSEDED;
            }
            return switch (phase) {
                case PENDING, IN_PROGRESS -> StaleLeaseException.Reason.SUPERSEDED;
                case COMPLETED, FAILED -> StaleLeaseException.Reason.FINISHED;
                case CANCELLED -> StaleLeaseException.Reason.CANCELLED;
            };
        }

        private Submission apply(Act act, Lease lease) {
            return switch (act) {
                case RENEW -> submission.renew(lease, POLICY, now);
                case PROGRESS -> submission.progress(lease, new Progress(0.5, "half"));
                case COMPLETE -> submission.complete(lease, now);
                case FAIL -> submission.fail(lease, Failure.retryable("no luck"), POLICY, 0.5, now);
                case FAIL_FOR_GOOD -> submission.fail(lease, Failure.permanent("no sense"), POLICY, 0.5, now);
                case RELEASE -> submission.release(lease, now);
                case CLAIM, CANCEL, RESUBMIT -> throw new AssertionError(act);
            };
        }

        private void resubmit() {
            boolean sticky = generate.oneIn(2);
            BatchRequest again = sticky ? REQUEST.withCachePolicy(CachePolicy.STICKY) : REQUEST;
            if (phase == Phase.PENDING || phase == Phase.IN_PROGRESS) {
                seen.add(phase + " RESUBMIT refused");
                assertThatThrownBy(() -> submission.resubmit(again, generate.random(), now))
                        .isInstanceOf(IllegalTransitionException.class)
                        .hasMessageContaining("only a finished request can be resubmitted");
                return;
            }
            SubmissionId earlier = submission.id();
            submission = submission.resubmit(again, generate.random(), now);
            assertThat(submission.id()).isGreaterThan(earlier);
            assertThat(submission.request()).isEqualTo(again);
            follow(Act.RESUBMIT);
            submissions++;
            attempts = 0;
            notBefore = Instant.EPOCH;
            lastWord = Optional.empty();
        }

        private void follow(Act act) {
            Phase next = ARROWS.getOrDefault(phase, Map.of()).get(act);
            assertThat(next).as("the arrow from %s for %s", phase, act).isNotNull();
            see(act, Objects.requireNonNull(next));
            phase = next;
        }

        private void see(Act act, Phase next) {
            seen.add(phase + " " + act + " " + next);
        }

        private void check(Submission before) {
            assertThat(submission.phase()).isEqualTo(phase);
            assertThat(submission.state().attempts()).isEqualTo(attempts).isBetween(0, POLICY.maxAttempts());
            assertThat(submission.state().fence())
                    .isEqualTo(
                            leases.isEmpty() ? 0 : leases.get(leases.size() - 1).fence())
                    .isGreaterThanOrEqualTo(before.state().fence());
            assertThat(phase.isFinished()).isEqualTo(submission.state() instanceof RequestState.Finished);
            assertThat(submission.leased().isPresent()).isEqualTo(phase == Phase.IN_PROGRESS);
            if (submission.state() instanceof InProgress running) {
                assertThat(running.lease().expiresAt()).isEqualTo(expires);
            }
            if (submission.state() instanceof Pending pending) {
                assertThat(pending.notBefore()).isEqualTo(notBefore);
            }
        }
    }

    @Test
    void every_walk_follows_the_diagram_and_every_arrow_is_walked() {
        Set<String> seen = new TreeSet<>();
        Generators.check(4_000, generate -> {
            Walk walk = new Walk(generate, seen);
            for (int i = 0; i < 80; i++) {
                walk.step();
            }
        });

        for (Map.Entry<Phase, Map<Act, Phase>> from : ARROWS.entrySet()) {
            from.getValue().forEach((act, to) -> assertThat(seen).contains(from.getKey() + " " + act + " " + to));
            for (Act act : Act.values()) {
                boolean refused = !from.getValue().containsKey(act);
                if (refused && UNDER_A_LEASE.contains(act)) {
                    assertThat(seen)
                            .contains(from.getKey() + " " + act + " "
                                    + (switch (from.getKey()) {
                                        case PENDING, IN_PROGRESS -> "SUPERSEDED";
                                        case COMPLETED, FAILED -> "FINISHED";
                                        case CANCELLED -> "CANCELLED";
                                    }))
                            .contains(from.getKey() + " " + act + " SUPERSEDED");
                } else if (refused) {
                    assertThat(seen).contains(from.getKey() + " " + act + (act == Act.CLAIM ? " nothing" : " refused"));
                }
            }
        }
        assertThat(seen)
                .contains("IN_PROGRESS CLAIM IN_PROGRESS", "IN_PROGRESS CLAIM FAILED", "IN_PROGRESS CLAIM nothing")
                .contains("PENDING CLAIM nothing", "IN_PROGRESS FAIL FAILED")
                .contains("COMPLETED COMPLETE again", "FAILED FAIL again", "FAILED FAIL_FOR_GOOD again")
                .contains("PENDING FAIL again", "PENDING FAIL_FOR_GOOD again", "PENDING RELEASE again");
    }

    @Test
    void Q05_the_fence_grows_whatever_the_clock_says() {
        Generators.check(500, generate -> {
            Submission submission = Submission.first(REQUEST, generate.random(), START);
            long fence = 0;
            for (int i = 0; i < 50; i++) {
                // Days forth and back: only what was due at the earliest of all times is sure to be due.
                Instant now = START.plusSeconds(generate.below(1_000_000));
                submission = submission.phase().isFinished()
                        ? submission.resubmit(REQUEST, generate.random(), START.minusSeconds(generate.below(1_000_000)))
                        : submission;
                submission = submission
                        .claim(new WorkerId("w"), UUID.randomUUID(), POLICY, now)
                        .orElse(submission);
                if (submission.state() instanceof InProgress running) {
                    assertThat(running.fence()).isGreaterThan(fence);
                    fence = running.fence();
                    submission = generate.oneIn(2)
                            ? submission.complete(running.lease(), now)
                            : submission.release(running.lease(), START.minusSeconds(5));
                }
                assertThat(submission.state().fence()).isEqualTo(fence);
            }
        });
    }

    @Test
    void Q06_a_request_that_kills_its_workers_ends_failed() {
        Submission submission = Submission.first(REQUEST, chance(), START);
        Instant now = START;
        for (int attempt = 1; attempt <= POLICY.maxAttempts(); attempt++) {
            submission = claim(submission, now);
            assertThat(submission.state().attempts()).isEqualTo(attempt);
            now = now.plusSeconds(60);
        }
        submission = claim(submission, now);

        assertThat(submission.state()).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.attempts()).isEqualTo(3);
            assertThat(failed.reason().kind()).isEqualTo(Failure.Kind.LEASE_EXPIRED);
            assertThat(failed.reason().message()).contains("attempt 3 of 3");
            assertThat(failed.token()).isEmpty();
        });
    }

    @Test
    void Q06_a_lease_expires_at_its_time_and_not_before() {
        Submission leased = claim(Submission.first(REQUEST, chance(), START), START);

        assertThat(leased.claim(
                        new WorkerId("w2"),
                        UUID.randomUUID(),
                        POLICY,
                        START.plusSeconds(60).minusNanos(1)))
                .isEmpty();
        assertThat(leased.claim(new WorkerId("w2"), UUID.randomUUID(), POLICY, START.plusSeconds(60)))
                .isPresent();
    }

    @Test
    void Q07_a_request_released_for_ever_never_fails() {
        Submission submission = Submission.first(REQUEST, chance(), START);
        for (int i = 0; i < 100; i++) {
            submission = claim(submission, START);
            assertThat(submission.state().attempts()).isEqualTo(1);
            submission = submission.release(lease(submission), START);
            assertThat(submission.state().attempts()).isZero();
        }
        assertThat(submission.phase()).isEqualTo(Phase.PENDING);
    }

    @Test
    void Q08_a_lease_renewed_in_time_never_expires() {
        Submission submission = claim(Submission.first(REQUEST, chance(), START), START);
        Lease lease = lease(submission);
        Instant now = START;
        for (int i = 0; i < 1_000; i++) {
            now = now.plusSeconds(59);
            assertThat(submission.claim(new WorkerId("w2"), UUID.randomUUID(), POLICY, now))
                    .isEmpty();
            submission = submission.renew(lease, POLICY, now);
        }
        assertThat(submission.complete(lease, now).state().attempts()).isEqualTo(1);
    }

    @Test
    void Q09_the_last_reason_is_kept() {
        Submission submission = Submission.first(REQUEST, chance(), START);
        Instant now = START;
        for (int i = 1; i <= 3; i++) {
            submission = claim(submission, now);
            submission = submission.fail(lease(submission), Failure.retryable("failure " + i), POLICY, 0, now);
            now = now.plusSeconds(12);
        }
        assertThat(submission.state())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Failure.retryable("failure 3")));
    }

    @Test
    void Q09_a_permanent_failure_spends_no_further_attempt() {
        Submission submission = claim(Submission.first(REQUEST, chance(), START), START);
        Lease lease = lease(submission);
        submission = submission.fail(lease, Failure.permanent("no such year"), POLICY, 0, START);

        assertThat(submission.state())
                .isEqualTo(new Failed(
                        1, lease.fence(), Failure.permanent("no such year"), START, Optional.of(lease.token())));
    }

    @Test
    void Q02_joining_makes_sticky_and_never_the_reverse() {
        Submission temporary = Submission.first(REQUEST, chance(), START);
        BatchRequest sticky = REQUEST.withCachePolicy(CachePolicy.STICKY);

        Submission joined = temporary.join(sticky);
        assertThat(joined.request()).isEqualTo(sticky);
        assertThat(joined.id()).isEqualTo(temporary.id());
        assertThat(joined.state()).isEqualTo(temporary.state());
        assertThat(joined.join(REQUEST)).isSameAs(joined);
        assertThat(temporary.join(REQUEST)).isSameAs(temporary);
    }

    @Test
    void I04_a_key_stands_for_one_request() {
        RequestKey key = new RequestKey("annual");
        Submission submission = Submission.first(
                BatchRequest.parse("/report?year=2024").key(key).build(), chance(), START);
        Submission cancelled = submission.cancel(START);
        for (String different : List.of("/report?year=2025", "/report", "/other?year=2024", "/report?year=2024&a=")) {
            BatchRequest other = BatchRequest.parse(different).key(key).build();
            assertThatThrownBy(() -> submission.join(other))
                    .isInstanceOf(KeyConflictException.class)
                    .hasMessageContaining(
                            "key 'annual' belongs to the request /report?year=2024; it cannot also stand for " + other);
            assertThatThrownBy(() -> cancelled.resubmit(other, chance(), START))
                    .isInstanceOf(KeyConflictException.class);
        }
    }

    @Test
    void a_held_request_keeps_its_attempt_and_is_not_due_before_the_hold_ends() {
        Submission leased = claim(Submission.first(REQUEST, chance(), START), START);
        Instant later = START.plusSeconds(10);

        Submission held = leased.hold(lease(leased), Hold.Cause.UPSTREAM, "503", Duration.ofSeconds(20), later);

        Pending pending = (Pending) held.state();
        assertThat(pending.attempts()).isZero();
        assertThat(pending.isDue(later.plusSeconds(19))).isFalse();
        assertThat(pending.isDue(later.plusSeconds(20))).isTrue();
        assertThat(pending.hold()).contains(new Hold(Hold.Cause.UPSTREAM, later, later.plusSeconds(20), "503", 1));
        assertThat(held.hold(lease(leased), Hold.Cause.UPSTREAM, "again", Duration.ofDays(1), later))
                .isSameAs(held);
    }

    @Test
    void holds_that_follow_one_another_are_counted_from_the_first() {
        Submission leased = claim(Submission.first(REQUEST, chance(), START), START);
        Submission held = leased.hold(lease(leased), Hold.Cause.UPSTREAM, "503", Duration.ZERO, START);

        Submission again = claim(held, START.plusSeconds(5));
        assertThat(again.leased().orElseThrow().hold().orElseThrow().count()).isEqualTo(1);
        Submission heldAgain = again.hold(lease(again), Hold.Cause.CACHE, "full", Duration.ZERO, START.plusSeconds(6));
        assertThat(((Pending) heldAgain.state()).hold())
                .contains(new Hold(Hold.Cause.CACHE, START, START.plusSeconds(6), "full", 2));

        Submission failing = claim(heldAgain, START.plusSeconds(7));
        Submission failed = failing.fail(lease(failing), Failure.retryable("no"), POLICY, 0, START.plusSeconds(8));
        assertThat(((Pending) failed.state()).hold()).isEmpty();
    }

    @Test
    void a_lease_that_has_not_run_out_cannot_be_taken_over() {
        InProgress running = (InProgress)
                claim(Submission.first(REQUEST, chance(), START), START).state();

        assertThatThrownBy(() -> running.takeOver(new WorkerId("w2"), UUID.randomUUID(), POLICY, START.plusSeconds(59)))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("is leased by w until 2026-01-01T00:01:00Z; it is 2026-01-01T00:00:59Z");
    }

    @Test
    void Q11_what_neither_failed_nor_is_held_is_due_whatever_the_clock_says() {
        Instant ahead = START.plus(Duration.ofDays(300));
        Submission submitted = Submission.first(REQUEST, chance(), ahead);
        Submission leased = claim(submitted, ahead);
        Submission released = leased.release(lease(leased), ahead);
        Submission again = submitted.cancel(ahead).resubmit(REQUEST, chance(), ahead);

        for (Submission pending : List.of(submitted, released, again)) {
            assertThat(((Pending) pending.state()).isDue(START)).isTrue();
            assertThat(claim(pending, START).phase()).isEqualTo(Phase.IN_PROGRESS);
        }
    }

    @Test
    void Q11_waits_that_no_policy_gives_are_cut() {
        Instant ahead = START.plus(Duration.ofDays(300));
        Submission leased = claim(Submission.first(REQUEST, chance(), ahead), ahead);
        Submission failed = leased.fail(lease(leased), Failure.retryable("no"), POLICY, 0, ahead);

        assertThat(lease(leased.cutWaits(POLICY, START)).expiresAt()).isEqualTo(START.plusSeconds(60));
        assertThat(leased.cutWaits(POLICY, ahead)).isEqualTo(leased);
        assertThat(claim(failed, START).phase()).as("without a cut").isEqualTo(Phase.IN_PROGRESS);
        assertThat(claim(failed.cutWaits(POLICY, START), START).phase()).isEqualTo(Phase.IN_PROGRESS);
        assertThat(failed.cutWaits(POLICY, ahead)).isEqualTo(failed);
    }

    @Test
    void Q11_a_submission_orders_after_the_one_it_supersedes_whatever_the_clock_says() {
        Submission cancelled = Submission.first(REQUEST, chance(), START).cancel(START);
        SubmissionId later = SubmissionId.of(START.plus(Duration.ofDays(300)), chance());

        assertThat(cancelled
                        .supersede(REQUEST, later, chance(), START)
                        .orElseThrow()
                        .id())
                .isGreaterThan(later);
        assertThat(cancelled
                        .supersede(REQUEST, SubmissionId.of(Instant.EPOCH, chance()), chance(), START)
                        .orElseThrow()
                        .id())
                .isGreaterThan(cancelled.id());
        assertThat(Submission.first(REQUEST, chance(), START).supersede(REQUEST, later, chance(), START))
                .isEmpty();
    }

    @Test
    void what_is_not_due_cannot_be_leased() {
        Submission leased = claim(Submission.first(REQUEST, chance(), START), START.minusSeconds(5));
        Submission pending = leased.fail(lease(leased), Failure.retryable("no"), POLICY, 0, START.minusSeconds(5));

        assertThatThrownBy(() -> ((Pending) pending.state())
                        .lease(
                                REQUEST.key(),
                                pending.id(),
                                new WorkerId("w"),
                                UUID.randomUUID(),
                                Duration.ofMinutes(1),
                                START.minusNanos(1)))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("cannot be leased before 2026-01-01T00:00:00Z");
    }

    private static Submission claim(Submission submission, Instant now) {
        return submission
                .claim(new WorkerId("w"), UUID.randomUUID(), POLICY, now)
                .orElseThrow();
    }

    private static Lease lease(Submission submission) {
        return submission.leased().orElseThrow().lease();
    }

    private static SplittableRandom chance() {
        return new SplittableRandom(1);
    }
}
