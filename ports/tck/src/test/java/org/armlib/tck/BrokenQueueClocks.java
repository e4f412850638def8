package org.armlib.tck;

import java.time.Instant;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;

/** Queues that each rely on clocks, as real ones have. */
// The lock that is not there is not what is wrong with them.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class BrokenQueueClocks {
    private BrokenQueueClocks() {}

    static class WaitsForTheSubmittersClock extends BrokenQueues.Broken {
        WaitsForTheSubmittersClock() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Optional<Submission> claim(Submission submission, WorkerId worker) {
                    return submission.submitted().isAfter(now()) ? Optional.empty() : super.claim(submission, worker);
                }
            });
        }
    }

    static class KeepsWaitsOfAClockThatWasAhead extends BrokenQueues.Broken {
        KeepsWaitsOfAClockThatWasAhead() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                void followClock() {}
            });
        }
    }

    static class StandsStillUntilItsClockHasCaughtUp extends BrokenQueues.Broken {
        StandsStillUntilItsClockHasCaughtUp() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                private Instant latest = Instant.EPOCH;

                @Override
                Instant now() {
                    Instant now = super.now();
                    latest = now.isAfter(latest) ? now : latest;
                    return latest;
                }
            });
        }
    }

    static class OrdersResubmissionsByTheClock extends BrokenQueues.Broken {
        OrdersResubmissionsByTheClock() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
                    return find(request.key())
                            .filter(known -> known.id().equals(superseded))
                            .map(known -> super.resubmit(request, superseded))
                            .orElseGet(() -> submit(request));
                }
            });
        }
    }
}
