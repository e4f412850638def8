package org.armlib.benchmarks;

/** What is to be measured did not work: the figures would mean nothing. */
public final class BenchmarkFailure extends AssertionError {
    /** A failure of what was tried. */
    public BenchmarkFailure(String what, Throwable cause) {
        super(what, cause);
    }

    /** A failure that nothing else tells of. */
    public BenchmarkFailure(String what) {
        super(what);
    }
}
