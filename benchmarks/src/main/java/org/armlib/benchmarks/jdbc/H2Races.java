package org.armlib.benchmarks.jdbc;

import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.TemporaryFolder;

/** What is measured on H2 files, one for each contender. */
final class H2Races {
    private static final String PEER = "db-scheduler";

    /** H2 runs in this process, and both are faster by half when all of it has been compiled. */
    private static final int WARMUPS = 14;

    private static final int ROUNDS = 5;

    private final Report report;

    H2Races(Report report) {
        this.report = report;
    }

    void hold() throws InterruptedException {
        throughput("jdbc.h2.throughput", ";WRITE_DELAY=500", 20_000);
        throughput("jdbc.h2.throughput-write-delay-0", ";WRITE_DELAY=0", 5_000);
    }

    private void throughput(String name, String options, int waiting) throws InterruptedException {
        try (TemporaryFolder folder = new TemporaryFolder();
                Store ourStore = Store.h2(folder.path().resolve("armlib"), options);
                Store theirStore = Store.h2(folder.path().resolve(PEER), options);
                ArmlibQueue ours = new ArmlibQueue(ourStore, ArmlibSettings.H2_THREADS)) {
            DbScheduler peer = DbScheduler.onH2(theirStore, DbSchedulerSettings::h2Throughput);
            new Race(name, report)
                    .enter(Race.OURS, () -> new Measures(ourStore).throughput(ours, waiting))
                    .enter(PEER, () -> new Measures(theirStore).throughput(peer, waiting))
                    .hold(WARMUPS, ROUNDS)
                    .reportRatios(Measures.RATE);
        }
    }
}
