package org.armlib.application;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.Backoff;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.UpstreamProbe;
import org.armlib.ports.UpstreamUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds leasing back while what the processor depends on does not work: one of the threads that wait asks the
 * processor's probe again and again; without a probe it waits and then lets a request try.
 */
final class UpstreamGate {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamGate.class);

    private final RequestProcessor processor;
    private final Backoff backoff;
    private final CountDownLatch stopping;
    private boolean open = true;
    private boolean probing;
    private int failures;

    UpstreamGate(RequestProcessor processor, Backoff backoff, CountDownLatch stopping) {
        this.processor = processor;
        this.backoff = backoff;
        this.stopping = stopping;
    }

    /** A request met the upstream down. */
    synchronized void close(UpstreamUnavailableException problem) {
        if (open) {
            open = false;
            LOG.warn("the upstream is not available, requests wait for it: {}", problem.getMessage());
        }
    }

    /** A request was run: the upstream works. */
    synchronized void works() {
        failures = 0;
    }

    /** Waits until requests may be leased; false if the worker is stopping. */
    boolean awaitOpen() throws InterruptedException {
        synchronized (this) {
            while (!open && probing) {
                wait();
            }
            if (open) {
                return stopping.getCount() > 0;
            }
            probing = true;
        }
        boolean available = false;
        try {
            available = awaitUpstream();
        } finally {
            synchronized (this) {
                probing = false;
                open = open || available;
                notifyAll();
            }
        }
        if (available) {
            LOG.info("the upstream is available again");
        }
        return available;
    }

    private boolean awaitUpstream() throws InterruptedException {
        while (!stopping.await(nextWait().toMillis(), TimeUnit.MILLISECONDS)) {
            if (isAvailable()) {
                return true;
            }
        }
        return false;
    }

    private synchronized Duration nextWait() {
        failures++;
        return backoff.after(failures, ThreadLocalRandom.current().nextDouble());
    }

    private boolean isAvailable() {
        try {
            return !(processor instanceof UpstreamProbe probe) || probe.isAvailable();
        } catch (RuntimeException e) {
            LOG.debug("the probe of the upstream failed", e);
            return false;
        }
    }
}
