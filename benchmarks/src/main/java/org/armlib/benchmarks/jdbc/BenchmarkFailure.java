package org.armlib.benchmarks.jdbc;

/** What is to be measured did not work: the figures would mean nothing. */
final class BenchmarkFailure extends AssertionError {
    BenchmarkFailure(String what, Throwable cause) {
        super(what, cause);
    }
}
