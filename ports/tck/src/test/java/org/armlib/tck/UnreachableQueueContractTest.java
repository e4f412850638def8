package org.armlib.tck;

import org.armlib.ports.QueueException;

/** The rule for stores that cannot be reached can be kept. */
class UnreachableQueueContractTest extends UnreachableReferenceQueue {
    UnreachableQueueContractTest() {
        super(() -> {
            throw new QueueException("the store does not answer; try again", true);
        });
    }
}
