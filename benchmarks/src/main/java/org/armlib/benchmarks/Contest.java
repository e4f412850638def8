package org.armlib.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Compares the rates of several contenders within one run, in {@link Rounds} in each of which every contender works for
 * the same time, one after the other. The time of a contender with one thread, which never blocks, is that thread's
 * processor time, so that other processes do not count; with several threads it is the time that passes.
 */
public final class Contest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int STEPS_BETWEEN_LOOKS_AT_THE_TIME = 256;

    private final Map<String, Contender> contenders = new LinkedHashMap<>();
    private final Rounds rates = new Rounds();

    /** One step of what is measured; called by several threads at once if the contender has several. */
    @FunctionalInterface
    public interface Step {
        /**
         * Does it once.
         *
         * @throws InterruptedException if the thread is interrupted
         */
        void run() throws InterruptedException;
    }

    private record Contender(int threads, Step step) {
        long time() {
            return threads == 1 ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
        }
    }

    /** A contest without contenders. */
    public Contest() {}

    /** Adds a contender, whose step {@code threads} threads repeat. */
    public void add(String name, int threads, Step step) {
        contenders.put(name, new Contender(threads, step));
    }

    /**
     * Holds it: {@code warmups} rounds that do not count, then {@code rounds} that do, in each of which every contender
     * works for {@code millis} milliseconds.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void hold(int warmups, int rounds, int millis, Report report) throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (int round = -warmups; round < rounds; round++) {
                StringBuilder line = new StringBuilder(round < 0 ? "warm-up" : "round " + (round + 1));
                for (Map.Entry<String, Contender> entry : contenders.entrySet()) {
                    double rate = rate(entry.getValue(), millis, threads);
                    line.append(", ")
                            .append(entry.getKey())
                            .append(' ')
                            .append(Math.round(rate))
                            .append("/s");
                    if (round >= 0) {
                        rates.add(entry.getKey(), rate);
                    }
                }
                report.progress(line.toString());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The median rate of a contender, in steps a second, all its threads together. */
    public double rate(String name) {
        return rates.median(name);
    }

    /** The median over the rounds of the rate of {@code name} divided by that of {@code other}. */
    public double ratio(String name, String other) {
        return rates.ratio(name, other);
    }

    private static double rate(Contender contender, int millis, ExecutorService threads) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(contender.threads);
        List<Future<Double>> running = new ArrayList<>();
        for (int i = 0; i < contender.threads; i++) {
            running.add(threads.submit(() -> work(contender, start, millis)));
        }
        double sum = 0;
        for (Future<Double> one : running) {
            try {
                sum += one.get();
            } catch (ExecutionException e) {
                throw new AssertionError("a step failed: the figures would mean nothing", e.getCause());
            }
        }
        return sum;
    }

    private static double work(Contender contender, CyclicBarrier start, int millis)
            throws InterruptedException, BrokenBarrierException {
        start.await();
        long begin = contender.time();
        long end = begin + TimeUnit.MILLISECONDS.toNanos(millis);
        long steps = 0;
        long now;
        do {
            for (int i = 0; i < STEPS_BETWEEN_LOOKS_AT_THE_TIME; i++) {
                contender.step.run();
            }
            steps += STEPS_BETWEEN_LOOKS_AT_THE_TIME;
            now = contender.time();
        } while (now < end);
        return (double) steps * NANOS_PER_SECOND / (now - begin);
    }
}
