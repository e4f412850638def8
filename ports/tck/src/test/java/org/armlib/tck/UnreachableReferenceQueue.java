package org.armlib.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;

/** A reference queue behind a line that can be cut. */
abstract class UnreachableReferenceQueue implements UnreachableQueueContract {
    private final Function<String, Optional<?>> whenCut;

    /** A line that does {@code whenCut} for each call while it is cut. */
    UnreachableReferenceQueue(Supplier<Optional<?>> whenCut) {
        this(method -> whenCut.get());
    }

    /** A line that does {@code whenCut} with the name of the method for each call while it is cut. */
    UnreachableReferenceQueue(Function<String, Optional<?>> whenCut) {
        this.whenCut = whenCut;
    }

    @Override
    public UnreachableQueueFixture newUnreachableQueue(RetryPolicy policy) {
        QueueFixture fixture = ReferenceQueueFixture.of(policy, ReferenceQueue::new);
        AtomicBoolean cut = new AtomicBoolean();
        QueueManager queue = (QueueManager) Proxy.newProxyInstance(
                UnreachableReferenceQueue.class.getClassLoader(),
                new Class<?>[] {QueueManager.class},
                (proxy, method, arguments) -> {
                    if (cut.get()) {
                        return method.getReturnType() == Optional.class
                                ? whenCut.apply(method.getName())
                                : failed(method.getName());
                    }
                    try {
                        return method.invoke(fixture.open(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new UnreachableQueueFixture() {
            @Override
            public QueueManager open() {
                return queue;
            }

            @Override
            public void advance(Duration time) {
                fixture.advance(time);
            }

            @Override
            public void disconnect() {
                cut.set(true);
            }

            @Override
            public void reconnect() {
                cut.set(false);
            }

            @Override
            public void close() {
                fixture.close();
            }
        };
    }

    private Object failed(String method) {
        var unused = whenCut.apply(method);
        throw new QueueException("the store does not answer; try again", true);
    }
}
