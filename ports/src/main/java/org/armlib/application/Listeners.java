package org.armlib.application;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.armlib.domain.LeasedRequest;
import org.armlib.ports.AttemptOutcome;
import org.armlib.ports.RequestListener;
import org.armlib.ports.Submitted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners; one that fails keeps nobody else from being told, and no request from being run. */
final class Listeners implements RequestListener {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<RequestListener> all;

    Listeners(RequestListener... all) {
        this.all = List.of(all);
    }

    @Override
    public void submitted(Submitted submitted) {
        tell(listener -> listener.submitted(submitted));
    }

    @Override
    public void attemptBegan(LeasedRequest leased, Duration waited) {
        tell(listener -> listener.attemptBegan(leased, waited));
    }

    @Override
    public void attemptEnded(LeasedRequest leased, AttemptOutcome outcome, Duration took) {
        tell(listener -> listener.attemptEnded(leased, outcome, took));
    }

    @Override
    public void stuckThreads(int count) {
        tell(listener -> listener.stuckThreads(count));
    }

    private void tell(Consumer<RequestListener> call) {
        for (RequestListener listener : all) {
            try {
                call.accept(listener);
            } catch (Throwable problem) {
                LOG.warn("{} failed; it is passed over", listener.getClass().getName(), problem);
            }
        }
    }
}
