package org.armlib.benchmarks.jdbc;

/**
 * With how many threads our queue did best at each measure, on 2 cores shared with the database. A thread that waits for the
 * database costs little, and those that wait together are answered together: of 64, 128, 256, 384, 512 and 768 at the
 * throughput, 64 and 256 at the lifecycle, 4 and 16 at the pick-up, 64, 256 and 512 on H2.
 */
final class ArmlibSettings {
    static final int THROUGHPUT_THREADS = 384;
    static final int LIFECYCLE_THREADS = 256;
    static final int LIFECYCLE_SUBMITTERS = 64;
    static final int PICKUP_THREADS = 16;
    static final int H2_THREADS = 512;

    private ArmlibSettings() {}
}
