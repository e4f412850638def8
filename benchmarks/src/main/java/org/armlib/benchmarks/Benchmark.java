package org.armlib.benchmarks;

/** A measurement, or several that belong together. */
public interface Benchmark {

    /** What it is called on the command line. */
    String name();

    /**
     * Measures, and reports each figure under a name that begins with its own.
     *
     * @throws InterruptedException if the thread is interrupted; nothing of use was measured then
     */
    void run(Report report) throws InterruptedException;
}
