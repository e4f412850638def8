package org.armlib.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.armlib.domain.Backoff;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.domain.WorkerId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.junit.jupiter.api.Test;

class RequestWorkerTest {
    private static final RetryPolicy POLICY = new RetryPolicy(3, Backoff.DEFAULT, Duration.ofMinutes(1));

    private final CountDownLatch idle = new CountDownLatch(2);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch releasing = new CountDownLatch(1);
    private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    private final RequestWorker worker = new RequestWorker(
            proxy(QueueManager.class, this::queue),
            proxy(CacheManager.class, (call, arguments) -> {
                throw new AssertionError(call);
            }),
            job -> {
                throw new AssertionError(job.request());
            },
            new WorkerOptions("worker", 2, Duration.ZERO, Duration.ofMinutes(1), POLICY, Backoff.DEFAULT),
            Clock.systemUTC());
    private final Thread closing = new Thread(worker::close);

    @Test
    void nothing_interrupts_giving_back_what_was_leased_while_the_worker_stops() throws Exception {
        worker.start();
        idle.await();
        closing.start();

        assertThat(interrupted.get(1, TimeUnit.MINUTES)).isFalse();
        closing.join();
    }

    private Object queue(String call, Object[] arguments) throws InterruptedException {
        return switch (call) {
            case "lease" -> lease((WorkerId) arguments[0]);
            case "release" -> release((Lease) arguments[0]);
            default -> throw new AssertionError(call);
        };
    }

    private List<LeasedRequest> lease(WorkerId thread) throws InterruptedException {
        if (thread.value().equals("worker-1")) {
            new Interruption().await();
        }
        idle.countDown();
        stopping.await();
        return List.of(new LeaseBook(POLICY).leased("late", Duration.ZERO));
    }

    private Submission release(Lease lease) {
        releasing.countDown();
        // Until it has woken the idle threads, and waits for them.
        while (closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        interrupted.complete(Thread.currentThread().isInterrupted());
        return new LeaseBook(POLICY).release(lease);
    }

    /** Holds the thread that interrupts the first of two idle threads until the second gives its request back. */
    private final class Interruption extends AbstractInterruptibleChannel {
        void await() throws InterruptedException {
            begin();
            idle.countDown();
            while (isOpen()) {
                LockSupport.park();
            }
            try {
                end(false);
            } catch (ClosedByInterruptException e) {
                throw new InterruptedException();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected void implCloseChannel() {
            stopping.countDown();
            try {
                releasing.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private interface Calls {
        Object call(String name, Object[] arguments) throws InterruptedException;
    }

    private static <T> T proxy(Class<T> port, Calls calls) {
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(),
                new Class<?>[] {port},
                (self, method, arguments) -> calls.call(method.getName(), arguments)));
    }
}
