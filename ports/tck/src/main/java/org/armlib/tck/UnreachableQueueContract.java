package org.armlib.tck;

import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.Lease;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rule Q18 where the store of a queue cannot be reached: for queues that keep their requests elsewhere. */
public interface UnreachableQueueContract {

    /** A new queue, empty, that follows {@code policy}, and gives up an operation within seconds. */
    UnreachableQueueFixture newUnreachableQueue(RetryPolicy policy);

    @Test
    default void Q18_a_store_that_cannot_be_reached_is_told_in_the_error_of_the_port() throws InterruptedException {
        try (UnreachableQueueFixture fixture = newUnreachableQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();
            Submission waiting = queue.submit(request("waiting")).submission();

            Map<String, ThrowingCallable> calls = calls(queue, lease, waiting);
            assertThat(calls.keySet()).as("calls of this rule").containsExactlyInAnyOrderElementsOf(operations());

            fixture.disconnect();
            // All at once: each may take as long as its adapter waits for its store.
            Map<String, CompletableFuture<Throwable>> refusals = new LinkedHashMap<>();
            calls.forEach((name, call) ->
                    refusals.put(name, CompletableFuture.supplyAsync(() -> catchThrowable(call), one -> {
                        new Thread(one, "unreachable-" + name).start();
                    })));
            refusals.forEach((name, refusal) -> assertThat(
                            refusal.orTimeout(1, TimeUnit.MINUTES).join())
                    .as("Q18: %s, while the store cannot be reached", name)
                    .isInstanceOfSatisfying(
                            QueueException.class,
                            e -> assertThat(e.retryable())
                                    .as("Q18: %s may be repeated", name)
                                    .isTrue()));
            fixture.reconnect();

            await("the queue to work again")
                    .ignoreExceptions()
                    .until(() -> queue.find(lease.key()).isPresent());
            assertThat(queue.renew(lease).lease().isSameAs(lease)).isTrue();
            assertThat(queue.complete(lease).phase()).isEqualTo(Phase.COMPLETED);
            assertThat(queue.submit(request("later")).submission().phase()).isEqualTo(Phase.PENDING);
            assertThat(queue.overview().count(Phase.COMPLETED)).as("finished").isPositive();
        }
    }

    /** Returns the names of the port's operations, all of which need the store; only close does not. */
    private static Set<String> operations() {
        return Arrays.stream(QueueManager.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .filter(name -> !name.equals("close"))
                .collect(Collectors.toSet());
    }

    private static Map<String, ThrowingCallable> calls(QueueManager queue, Lease lease, Submission waiting) {
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("submit", () -> queue.submit(request("b")));
        calls.put("submitAll", () -> queue.submitAll(List.of(request("c"))));
        calls.put("resubmit", () -> queue.resubmit(request("waiting"), waiting.id()));
        calls.put("lease", () -> queue.lease(WORKER, 1, Duration.ZERO));
        calls.put("renew", () -> queue.renew(lease));
        calls.put("renewAll", () -> queue.renewAll(List.of(lease)));
        calls.put("progress", () -> queue.progress(lease, Progress.NONE));
        calls.put("complete", () -> queue.complete(lease));
        calls.put("fail", () -> queue.fail(lease, Failure.retryable("no")));
        calls.put("release", () -> queue.release(lease));
        calls.put("hold", () -> queue.hold(lease, Hold.Cause.UPSTREAM, "down", VISIBILITY));
        calls.put("cancel", () -> queue.cancel(lease.key()));
        calls.put("find", () -> queue.find(lease.key()));
        calls.put("position", () -> queue.position(waiting.key()));
        calls.put("overview", queue::overview);
        calls.put("list", () -> queue.list(Phase.PENDING, Optional.empty(), 1));
        calls.put("suspend", queue::suspend);
        calls.put("resume", queue::resume);
        calls.put("prune", () -> queue.prune(Duration.ofDays(1), 1));
        return calls;
    }
}
