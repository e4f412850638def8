package org.armlib.bootstrap.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.Failure;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.ResultWriter;

/**
 * Runs requests beside the command under test. It asks often: an H2 queue wakes only those workers that submit through the
 * same object, as there can be no other process, but in a test there is a second one within the process.
 */
final class TestWorker {
    private static final Duration WAIT = Duration.ofMillis(20);

    private final Armlib armlib;
    private final Work work;
    private final AtomicInteger runs = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "test-worker");
    private volatile boolean closed;

    /** What is done for a request. */
    @FunctionalInterface
    interface Work {
        void run(LeasedRequest leased, ResultWriter writer, QueueManager queue) throws Exception;
    }

    TestWorker(Path conf, Work work) {
        this.armlib = Armlib.builder().appConf(conf).asClient().start();
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
        armlib.close();
    }

    private void run() {
        WorkerId worker = new WorkerId("test-worker");
        while (!closed) {
            try {
                for (LeasedRequest leased : armlib.queue().lease(worker, 1, WAIT)) {
                    runs.incrementAndGet();
                    run(leased);
                }
            } catch (InterruptedException e) {
                closed = true;
            }
        }
    }

    private void run(LeasedRequest leased) throws InterruptedException {
        try (ResultWriter writer = armlib.cache().write(leased)) {
            work.run(leased, writer, armlib.queue());
            writer.commit();
            armlib.queue().complete(leased.lease());
        } catch (InterruptedException e) {
            throw e;
        } catch (PermanentFailureException e) {
            armlib.queue().fail(leased.lease(), Failure.permanent(String.valueOf(e.getMessage())));
        } catch (Exception e) {
            armlib.queue().fail(leased.lease(), Failure.retryable(e.toString()));
        }
    }
}
