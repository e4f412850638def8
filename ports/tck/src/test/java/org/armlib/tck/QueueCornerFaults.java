package org.armlib.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.IllegalTransitionException;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Page;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;

/** Queues that break a rule of {@link QueueWakeContract} or {@link QueuePagingContract}. */
// The lock that is not there is what is wrong with some of them.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class QueueCornerFaults {
    private QueueCornerFaults() {}

    static class ScansTheWholeQueue extends BrokenQueues.Broken {
        ScansTheWholeQueue() {
            super(ReferenceQueue::new);
        }
    }

    static class PollsForWork extends BrokenQueues.Broken {
        PollsForWork() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                void wake() {}

                @Override
                long nanosUntilDue() {
                    return TimeUnit.MILLISECONDS.toNanos(500);
                }
            });
        }
    }

    static class SleepsThroughWhatFallsDue extends BrokenQueues.Broken {
        SleepsThroughWhatFallsDue() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                long nanosUntilDue() {
                    return Long.MAX_VALUE;
                }
            });
        }
    }

    static class SleepsThroughExpiry extends BrokenQueues.Broken {
        SleepsThroughExpiry() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                long nanosUntilDue() {
                    return in(Phase.IN_PROGRESS).isEmpty() ? super.nanosUntilDue() : Long.MAX_VALUE;
                }
            });
        }
    }

    /** Several instances, of which each is the given queue but for what {@code instance} does otherwise. */
    abstract static class BrokenInstances extends BrokenQueues.Broken {
        BrokenInstances() {
            super(ReferenceQueue::new);
        }

        abstract ReferenceQueue shared(RetryPolicy policy, Clock clock);

        abstract QueueManager instance(ReferenceQueue shared);

        @Override
        public QueueFixture newQueue(RetryPolicy policy) {
            ReferenceQueue[] shared = new ReferenceQueue[1];
            QueueFixture fixture = ReferenceQueueFixture.of(policy, (rules, clock) -> {
                shared[0] = shared(rules, clock);
                return shared[0];
            });
            return new QueueFixture() {
                private boolean opened;

                @Override
                public QueueManager open() {
                    if (!opened) {
                        opened = true;
                        return shared[0];
                    }
                    return instance(shared[0]);
                }

                @Override
                public void advance(Duration time) {
                    fixture.advance(time);
                }

                @Override
                public void close() {
                    fixture.close();
                }
            };
        }

        static QueueManager like(ReferenceQueue shared, Overriding overriding) {
            return (QueueManager) Proxy.newProxyInstance(
                    QueueCornerFaults.class.getClassLoader(),
                    new Class<?>[] {QueueManager.class},
                    (proxy, method, arguments) -> {
                        try {
                            Optional<Object> answer = overriding.call(method.getName(), arguments);
                            return answer.isPresent() ? answer.get() : method.invoke(shared, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        @FunctionalInterface
        interface Overriding {
            Optional<Object> call(String method, Object[] arguments) throws InterruptedException;
        }
    }

    static class WakesItsOwnInstanceOnly extends BrokenInstances {
        private final AtomicBoolean quiet = new AtomicBoolean();

        @Override
        ReferenceQueue shared(RetryPolicy policy, Clock clock) {
            return new ReferenceQueue(policy, clock) {
                @Override
                void wake() {
                    if (!quiet.get()) {
                        super.wake();
                    }
                }
            };
        }

        @Override
        QueueManager instance(ReferenceQueue shared) {
            return like(shared, (method, arguments) -> {
                quiet.set(true);
                return Optional.empty();
            });
        }
    }

    static class TakesOutBeforeItClaims extends BrokenInstances {
        @Override
        ReferenceQueue shared(RetryPolicy policy, Clock clock) {
            return new ReferenceQueue(policy, clock);
        }

        @Override
        QueueManager instance(ReferenceQueue shared) {
            AtomicBoolean closed = new AtomicBoolean();
            return like(shared, (method, arguments) -> {
                if (method.equals("close")) {
                    closed.set(true);
                    return Optional.of(closed);
                }
                return method.equals("lease")
                        ? Optional.of(lease(shared, (WorkerId) arguments[0], closed))
                        : Optional.empty();
            });
        }

        private static List<LeasedRequest> lease(ReferenceQueue shared, WorkerId worker, AtomicBoolean closed) {
            List<LeasedRequest> leased;
            synchronized (shared) {
                leased = shared.claim(worker, 1);
                leased.forEach(one -> shared.entries.remove(one.request().key()));
            }
            LockSupport.parkNanos(2_000_000);
            if (closed.get()) {
                throw new QueueException("the queue is closed", false);
            }
            synchronized (shared) {
                leased.forEach(one -> shared.put(Submission.first(one.request(), shared.random, shared.now())
                        .claim(worker, java.util.UUID.randomUUID(), shared.policy, shared.now())
                        .orElseThrow()));
            }
            return leased;
        }
    }

    static class ListsFinishedByOffset extends BrokenQueues.Broken {
        ListsFinishedByOffset() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Page<Submission> list(Phase phase, Optional<String> cursor, int limit) {
                    if (phase == Phase.PENDING) {
                        return super.list(phase, cursor, limit);
                    }
                    List<Submission> all =
                            in(phase).stream().map(Entry::submission).toList();
                    int from =
                            Math.min(all.size(), cursor.map(Integer::parseInt).orElse(0));
                    int to = Math.min(all.size(), from + limit);
                    return new Page<>(
                            all.subList(from, to),
                            to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
                }
            });
        }
    }

    static class TakesCursorsOfOtherPhases extends BrokenQueues.Broken {
        TakesCursorsOfOtherPhases() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                Entry entryAt(Phase phase, String cursor) {
                    return super.entryAt(phase, cursor.replaceFirst("^[A-Z_]*_(?=-?[0-9]+_)", phase + "_"));
                }
            });
        }
    }

    static class TakesAnyCount extends BrokenQueues.Broken {
        TakesAnyCount() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized int prune(Duration age, int limit) {
                    return limit < 1 ? 0 : super.prune(age, limit);
                }
            });
        }
    }

    static class ForgetsAHundredAtMost extends BrokenQueues.Broken {
        ForgetsAHundredAtMost() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized int prune(Duration age, int limit) {
                    return super.prune(age, Math.min(limit, 100));
                }
            });
        }
    }

    static class KeepsCompletedRequestsTemporary extends BrokenQueues.Broken {
        KeepsCompletedRequestsTemporary() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Enqueued submit(BatchRequest request) {
                    Optional<Submission> done = find(request.key()).filter(known -> known.phase() == Phase.COMPLETED);
                    return done.map(known -> new Enqueued(Enqueued.Outcome.ALREADY_COMPLETED, known))
                            .orElseGet(() -> super.submit(request));
                }
            });
        }
    }

    static class RefusesToResubmitOverAFailedSuccessor extends BrokenQueues.Broken {
        RefusesToResubmitOverAFailedSuccessor() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                @Override
                public synchronized Enqueued resubmit(BatchRequest request, SubmissionId superseded) {
                    find(request.key())
                            .filter(known ->
                                    known.phase() == Phase.FAILED && !known.id().equals(superseded))
                            .ifPresent(known -> {
                                throw new IllegalTransitionException(known.key(), "has another successor");
                            });
                    return super.resubmit(request, superseded);
                }
            });
        }
    }

    static class KeepsAConnectionForEachRefusal extends BrokenQueues.Broken {
        KeepsAConnectionForEachRefusal() {
            super((policy, clock) -> new ReferenceQueue(policy, clock) {
                private int free = 20;

                @Override
                public synchronized LeasedRequest renew(Lease lease) {
                    if (free == 0) {
                        throw new QueueException("no connection is free", true);
                    }
                    try {
                        return super.renew(lease);
                    } catch (StaleLeaseException e) {
                        free--;
                        throw e;
                    }
                }
            });
        }
    }

    static class ThrowsWhatTheStoreThrows extends UnreachableReferenceQueue {
        ThrowsWhatTheStoreThrows() {
            super(() -> {
                throw new IllegalStateException("ERR connection reset by peer");
            });
        }
    }

    static class SaysThatAnOutageIsForEver extends UnreachableReferenceQueue {
        SaysThatAnOutageIsForEver() {
            super(() -> {
                throw new QueueException("the store does not answer", false);
            });
        }
    }

    static class AnswersNothingIsThere extends UnreachableReferenceQueue {
        AnswersNothingIsThere() {
            super(() -> Optional.empty());
        }
    }

    static class TranslatesAllErrorsButThoseOfRenewingMany extends UnreachableReferenceQueue {
        TranslatesAllErrorsButThoseOfRenewingMany() {
            super(method -> {
                if (method.equals("renewAll")) {
                    throw new IllegalStateException("ERR connection reset by peer");
                }
                throw new QueueException("the store does not answer; try again", true);
            });
        }
    }
}
