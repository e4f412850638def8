package org.armlib.benchmarks.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.armlib.benchmarks.BenchmarkFailure;

/** The pieces of work that contenders are timed at. Rates are requests a second, latencies milliseconds. */
final class Measures {
    static final String RATE = "rate";
    static final String P50 = "p50";
    static final String P99 = "p99";

    private static final int LOAD_BATCH = 1000;
    private static final long PATIENCE_SECONDS = 120;
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Store store;

    Measures(Store store) {
        this.store = store;
    }

    /** Executes {@code requests} requests that wait: from the start of the execution until the last is completed. */
    Map<String, Double> throughput(Contender contender, int requests) throws InterruptedException {
        load(contender, requests);
        CountDownLatch begun = new CountDownLatch(requests);
        long start = System.nanoTime();
        contender.start(key -> begun.countDown());
        try {
            awaitDrained(contender, begun);
            return rate(requests, System.nanoTime() - start);
        } finally {
            contender.stop();
        }
    }

    /**
     * Submits requests one by one from {@code threads} threads while they are executed: from the first submit until the
     * last is completed.
     */
    Map<String, Double> lifecycle(Contender contender, int requests, int threads) throws InterruptedException {
        contender.clear();
        store.settle();
        CountDownLatch begun = new CountDownLatch(requests);
        contender.start(key -> begun.countDown());
        try {
            long start = System.nanoTime();
            submit(contender, requests, threads);
            awaitDrained(contender, begun);
            return rate(requests, System.nanoTime() - start);
        } finally {
            contender.stop();
        }
    }

    /** Submits requests one by one from {@code threads} threads while nothing is executed. */
    Map<String, Double> submission(Contender contender, int requests, int threads) throws InterruptedException {
        contender.clear();
        store.settle();
        long start = System.nanoTime();
        submit(contender, requests, threads);
        return rate(requests, System.nanoTime() - start);
    }

    /** Submits requests in batches from one thread while nothing is executed. */
    Map<String, Double> batchSubmission(Contender contender, int requests, int batch) {
        contender.clear();
        store.settle();
        long start = System.nanoTime();
        submitInBatches(contender, requests, batch);
        return rate(requests, System.nanoTime() - start);
    }

    /**
     * Submits {@code perSecond} requests a second while nothing else waits: from the call of submit to the begin of the
     * execution.
     */
    Map<String, Double> pickup(Contender contender, int perSecond, int requests) throws InterruptedException {
        contender.clear();
        store.settle();
        CountDownLatch begun = new CountDownLatch(requests);
        ConcurrentHashMap<String, Long> begins = new ConcurrentHashMap<>();
        long[] submits = new long[requests];
        long pause = TimeUnit.SECONDS.toNanos(1) / perSecond;
        contender.start(key -> {
            begins.put(key, System.nanoTime());
            begun.countDown();
        });
        try {
            long due = System.nanoTime();
            for (int i = 0; i < requests; i++) {
                due += pause;
                sleepUntil(due);
                submits[i] = System.nanoTime();
                contender.submit(key(i));
            }
            awaitDrained(contender, begun);
        } finally {
            contender.stop();
        }
        double[] millis = IntStream.range(0, requests)
                .mapToDouble(i -> (begins.getOrDefault(key(i), Long.MAX_VALUE) - submits[i]) / NANOS_PER_MILLI)
                .sorted()
                .toArray();
        return Map.of(P50, millis[requests / 2], P99, millis[requests * 99 / 100]);
    }

    private void load(Contender contender, int requests) {
        contender.clear();
        submitInBatches(contender, requests, LOAD_BATCH);
        store.settle();
    }

    private static void submitInBatches(Contender contender, int requests, int batch) {
        for (int from = 0; from < requests; from += batch) {
            contender.submitAll(IntStream.range(from, Math.min(from + batch, requests))
                    .mapToObj(Measures::key)
                    .toList());
        }
    }

    private static void submit(Contender contender, int requests, int threads) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        ExecutorService submitters = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(submitters.submit(() -> {
                    int number = next.getAndIncrement();
                    while (number < requests) {
                        contender.submit(key(number));
                        number = next.getAndIncrement();
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new BenchmarkFailure("submit", e);
        } finally {
            submitters.shutdownNow();
        }
    }

    /** Looks at the database only once every execution has begun, so that the looking costs next to nothing. */
    private static void awaitDrained(Contender contender, CountDownLatch begun) throws InterruptedException {
        if (!begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(begun.getCount() + " requests were not executed: the figures would mean nothing");
        }
        while (!contender.isDrained()) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private static void sleepUntil(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = due - System.nanoTime();
        }
    }

    private static String key(int number) {
        return "report-" + number;
    }

    private static Map<String, Double> rate(int requests, long nanos) {
        return Map.of(RATE, requests * NANOS_PER_SECOND / nanos);
    }
}
