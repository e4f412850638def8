package org.armlib.jdbc;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.armlib.domain.Failure;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Progress;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.WorkerId;
import org.armlib.ports.QueueManager;
import org.armlib.tck.ChildJvm;
import org.armlib.tck.WorkerReport;

/** A process that works for a queue until it is killed. */
final class BatteryWorker {
    /** The first line. */
    static final String READY = "READY";

    /** The first word of a line that says which error it met that no retry helps against. */
    static final String FAULT = "FAULT";

    /** How many requests a {@link Work#HOLD}er takes. */
    static final int HELD = 4;

    private static final int THREADS = 3;
    private static final int AT_ONCE = 3;
    private static final long PAUSE_AFTER_A_FAULT = 100;
    private static final Duration WAIT = Duration.ofMillis(500);

    enum Work {
        /** Leases, runs and completes requests. */
        EXECUTE,
        /** Leases requests, and reports under the leases once a file is there. */
        HOLD
    }

    private final QueueManager queue;
    private final String report;
    private final long pid = ProcessHandle.current().pid();

    private BatteryWorker(QueueManager queue, String report) {
        this.queue = queue;
        this.report = report;
    }

    static ChildJvm start(BatteryQueue kind, String url, String tablePrefix, Work work, Path signal) {
        return ChildJvm.start(BatteryWorker.class, kind.name(), url, tablePrefix, work.name(), signal.toString());
    }

    /** Takes the path of the report and what {@link #start} gives. */
    public static void main(String[] args) throws InterruptedException {
        try (QueueManager queue = BatteryQueue.valueOf(args[1]).open(args[2], args[3], BatteryQueue.LEASE)) {
            BatteryWorker worker = new BatteryWorker(queue, args[0]);
            ChildJvm.report(args[0], READY);
            switch (Work.valueOf(args[4])) {
                case EXECUTE -> {
                    for (int i = 0; i < THREADS; i++) {
                        new Thread(worker::execute, "worker-" + i).start();
                    }
                }
                case HOLD -> worker.hold(Path.of(args[5]));
            }
            new CountDownLatch(1).await();
        }
    }

    private void execute() {
        WorkerId id = new WorkerId(pid + "-" + Thread.currentThread().getName());
        while (true) {
            try {
                for (LeasedRequest leased : lease(id, AT_ONCE)) {
                    pause(ThreadLocalRandom.current().nextLong(1, 15));
                    tell(WorkerReport.What.EXECUTED, leased.lease());
                    report(WorkerReport.What.COMPLETED, leased.lease(), () -> queue.complete(leased.lease()));
                }
            } catch (RuntimeException | Error e) {
                // Told, which spoils the verdict; the others' work is to be judged all the same.
                ChildJvm.report(report, FAULT + " " + e.toString().replace('\n', ' '));
                pause(PAUSE_AFTER_A_FAULT);
            }
        }
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void hold(Path signal) {
        WorkerId id = new WorkerId("holder-" + pid);
        List<Lease> leases = new ArrayList<>();
        while (leases.size() < HELD) {
            lease(id, HELD - leases.size()).forEach(leased -> leases.add(leased.lease()));
        }
        await().forever().until(() -> Files.exists(signal));
        for (Lease lease : leases) {
            report(WorkerReport.What.HEARD, lease, () -> queue.renew(lease));
            report(WorkerReport.What.HEARD, lease, () -> {
                queue.progress(lease, Progress.NONE);
                return lease;
            });
            report(WorkerReport.What.HEARD, lease, () -> queue.fail(lease, Failure.retryable("too late")));
            report(WorkerReport.What.HEARD, lease, () -> queue.release(lease));
            tell(WorkerReport.What.EXECUTED, lease);
            report(WorkerReport.What.COMPLETED, lease, () -> queue.complete(lease));
        }
    }

    private List<LeasedRequest> lease(WorkerId id, int max) {
        List<LeasedRequest> leased = BatteryQueue.persistently(() -> {
            try {
                return queue.lease(id, max, WAIT);
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts it", e);
            }
        });
        leased.forEach(one -> tell(WorkerReport.What.LEASED, one.lease()));
        return leased;
    }

    private void report(WorkerReport.What what, Lease lease, Supplier<?> call) {
        WorkerReport.What outcome;
        try {
            BatteryQueue.persistently(call);
            outcome = what;
        } catch (StaleLeaseException e) {
            outcome = WorkerReport.What.REFUSED;
        }
        tell(outcome, lease);
    }

    private void tell(WorkerReport.What what, Lease lease) {
        ChildJvm.report(report, WorkerReport.of(what, lease).line());
    }
}
