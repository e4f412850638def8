package org.armlib.tck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Runs calls at the same time. */
final class Race {
    private static final long TIMEOUT_SECONDS = 120;

    private Race() {}

    /** As {@link #run(List)}, with one task for each number from 0. */
    static <T> List<T> run(int tasks, IntFunction<? extends Callable<T>> task) throws InterruptedException {
        List<Callable<T>> all = new ArrayList<>();
        IntStream.range(0, tasks).forEach(i -> all.add(task.apply(i)));
        return run(all);
    }

    /** Starts every task in a thread of its own, all at the same moment, and gives what they return, in their order. */
    static <T> List<T> run(List<? extends Callable<? extends T>> tasks) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        CountDownLatch ready = new CountDownLatch(tasks.size());
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<? extends T> task : tasks) {
                futures.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return task.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
            }
            return Collections.unmodifiableList(results);
        } catch (ExecutionException e) {
            throw new AssertionError("a call of a race failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("a call of a race did not return within " + TIMEOUT_SECONDS + " s", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
