package org.armlib.tck;

import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.WORKER;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.ports.QueueManager;

/** The process that is killed while it works with a queue: reports the key of each request when its call has returned. */
final class QueueChild {
    /** What it does until it is killed. */
    enum Work {
        /** Submits requests. */
        SUBMIT,
        /** Leases what there is, and holds it. */
        HOLD,
        /** Submits, leases and completes requests. */
        COMPLETE
    }

    private QueueChild() {}

    static ChildJvm start(DurableQueueFixture fixture, Work work) {
        return ChildJvm.start(QueueChild.class, fixture.opener().getName(), fixture.location(), work.name());
    }

    /** Takes the path of the report, the opener's class, the queue's location, and the {@link Work}. */
    public static void main(String[] args) throws ReflectiveOperationException, InterruptedException {
        var constructor = Class.forName(args[1]).asSubclass(QueueOpener.class).getDeclaredConstructor();
        constructor.setAccessible(true);
        try (QueueManager queue = constructor.newInstance().open(args[2], POLICY)) {
            switch (Work.valueOf(args[3])) {
                case SUBMIT -> submit(queue, args[0]);
                case HOLD -> hold(queue, args[0]);
                case COMPLETE -> complete(queue, args[0]);
            }
        }
    }

    private static void submit(QueueManager queue, String report) {
        for (int i = 0; true; i++) {
            BatchRequest request = QueueSamples.request("r-" + i);
            queue.submit(request);
            ChildJvm.report(report, request.key().value());
        }
    }

    private static void hold(QueueManager queue, String report) throws InterruptedException {
        for (LeasedRequest leased : queue.lease(WORKER, 1_000, Duration.ZERO)) {
            ChildJvm.report(report, leased.lease().key().value());
        }
        new CountDownLatch(1).await();
    }

    private static void complete(QueueManager queue, String report) throws InterruptedException {
        for (int i = 0; true; i++) {
            queue.submit(QueueSamples.request("r-" + i));
            for (LeasedRequest leased : queue.lease(WORKER, 1, Duration.ZERO)) {
                queue.complete(leased.lease());
                ChildJvm.report(report, leased.lease().key().value());
            }
        }
    }
}
