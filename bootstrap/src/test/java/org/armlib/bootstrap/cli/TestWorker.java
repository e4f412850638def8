package org.armlib.bootstrap.cli;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.Failure;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.ResultWriter;

/**
 * Runs requests beside the command under test. It asks often: an H2 queue wakes only those workers that submit through the
 * same object, as there can be no other process, but in a test there is a second one within the process.
 */
final class TestWorker {
    private static final Duration WAIT = Duration.ofMillis(20);

    private final QueueManager queue;
    private final CacheManager cache;
    private final Work work;
    private final AtomicInteger runs = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "test-worker");
    private volatile boolean closed;

    /** What is done for a request. */
    @FunctionalInterface
    interface Work {
        void run(LeasedRequest leased, ResultWriter writer, QueueManager queue) throws Exception;
    }

    TestWorker(Armlib armlib, Work work) {
        this.queue = armlib.queue();
        this.cache = armlib.cache();
        this.work = work;
        thread.start();
    }

    /** How many requests were begun. */
    int runs() {
        return runs.get();
    }

    /** Lets the request under way end. */
    void stop() throws InterruptedException {
        closed = true;
        thread.join();
    }

    private void run() {
        WorkerId worker = new WorkerId("test-worker");
        while (!closed) {
            try {
                for (LeasedRequest leased : queue.lease(worker, 1, WAIT)) {
                    runs.incrementAndGet();
                    run(leased);
                }
            } catch (InterruptedException e) {
                closed = true;
            }
        }
    }

    private void run(LeasedRequest leased) throws InterruptedException {
        try (ResultWriter writer = cache.write(leased)) {
            work.run(leased, writer, queue);
            writer.commit();
            queue.complete(leased.lease());
        } catch (InterruptedException e) {
            throw e;
        } catch (PermanentFailureException e) {
            queue.fail(leased.lease(), Failure.permanent(String.valueOf(e.getMessage())));
        } catch (Exception e) {
            queue.fail(leased.lease(), Failure.retryable(e.toString()));
        }
    }
}
