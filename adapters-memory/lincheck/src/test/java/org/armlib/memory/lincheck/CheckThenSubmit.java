package org.armlib.memory.lincheck;

import java.time.Duration;
import org.armlib.domain.RequestKey;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueManager;
import org.jetbrains.lincheck.datastructures.Operation;

/** A queue whose submit is two steps: it looks, and then it adds. */
public final class CheckThenSubmit {
    private final QueueManager queue = QueueOperations.newQueue();

    @Operation
    public Enqueued.Outcome submit() {
        RequestKey key = QueueOperations.request(1).key();
        boolean absent = queue.find(key).isEmpty();
        Enqueued enqueued = queue.submit(QueueOperations.request(1));
        return absent ? Enqueued.Outcome.ADDED : enqueued.outcome();
    }

    @Operation
    public int lease() throws InterruptedException {
        return queue.lease(new WorkerId("worker-1"), 1, Duration.ZERO).size();
    }
}
