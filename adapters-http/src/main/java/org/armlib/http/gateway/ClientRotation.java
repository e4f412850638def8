package org.armlib.http.gateway;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The HTTP client of one upstream, replaced by a new one before it could reuse a connection that has been idle for too
 * long: NAT gateways and load balancers drop idle connections without notice, and a request sent on one is not answered.
 * {@link HttpClient} itself has no limit for that but one for the whole process, 20 minutes up to Java 19, and does not
 * show its connections, so this counts them: at most one becomes idle with each use that ends.
 *
 * <p>A client that was replaced ends with the uses it still has; the garbage collector frees it. Thread-safe.
 */
final class ClientRotation {
    private final Supplier<HttpClient> factory;
    private final long keepAliveNanos;
    private final LongSupplier nanoTime;
    private Generation current;

    /** A client, and since when each of the connections that it may have kept is idle, the longest first. */
    private static final class Generation {
        final HttpClient client;
        final Deque<Long> idleSince = new ArrayDeque<>();

        Generation(HttpClient client) {
            this.client = client;
        }
    }

    /** One call by a client, from before it is sent until its body is read. */
    final class Use implements AutoCloseable {
        private final Generation generation;

        private Use(Generation generation) {
            this.generation = generation;
        }

        HttpClient client() {
            return generation.client;
        }

        @Override
        public void close() {
            release(generation);
        }
    }

    /** Makes clients by {@code factory}; {@code nanoTime} is as {@link System#nanoTime}. */
    ClientRotation(Supplier<HttpClient> factory, Duration keepAlive, LongSupplier nanoTime) {
        this.factory = factory;
        this.keepAliveNanos = keepAlive.toNanos();
        this.nanoTime = nanoTime;
        this.current = new Generation(factory.get());
    }

    /** Begins a call. */
    synchronized Use use() {
        Long longestIdle = current.idleSince.peekFirst();
        if (longestIdle != null && nanoTime.getAsLong() - longestIdle > keepAliveNanos) {
            current = new Generation(factory.get());
        }
        current.idleSince.pollLast();
        return new Use(current);
    }

    private synchronized void release(Generation generation) {
        generation.idleSince.addLast(nanoTime.getAsLong());
    }
}
