package org.armlib.benchmarks.jdbc;

/** With how many threads our queue did best at each measure, on 2 cores shared with the database. */
final class ArmlibSettings {
    static final int THROUGHPUT_THREADS = 128;
    static final int LIFECYCLE_THREADS = 64;
    static final int LIFECYCLE_SUBMITTERS = 32;
    static final int PICKUP_THREADS = 16;
    static final int H2_THREADS = 64;

    private ArmlibSettings() {}
}
