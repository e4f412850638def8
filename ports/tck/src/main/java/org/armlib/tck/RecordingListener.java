package org.armlib.tck;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.AttemptOutcome;
import org.armlib.ports.RequestListener;
import org.armlib.ports.Submitted;

/** Keeps what it is told, in words. */
final class RecordingListener implements RequestListener {
    private final List<String> events = new CopyOnWriteArrayList<>();

    List<String> events() {
        return List.copyOf(events);
    }

    @Override
    public void submitted(Submitted submitted) {
        events.add(submitted.how() + " "
                + submitted.status().request().orElseThrow().requestUri());
    }

    @Override
    public void attemptBegan(LeasedRequest leased, Duration waited) {
        // To minutes, since time passes.
        Duration rounded = waited.truncatedTo(ChronoUnit.MINUTES);
        events.add(
                "began " + leased.request().requestUri() + " " + leased.lease().attempt() + " after " + rounded);
    }

    @Override
    public void attemptEnded(LeasedRequest leased, AttemptOutcome outcome, Duration took) {
        String uri = leased.request().requestUri();
        if (outcome instanceof AttemptOutcome.Completed completed) {
            long bytes = completed.published().map(Manifest::formats).stream()
                    .flatMap(List::stream)
                    .mapToLong(StoredFormat::length)
                    .sum();
            events.add("completed " + uri + " " + bytes + " bytes");
        } else if (outcome instanceof AttemptOutcome.Failed failed) {
            events.add("failed " + uri + (failed.last() ? "" : ", goes on"));
        } else if (outcome instanceof AttemptOutcome.GivenBack givenBack) {
            events.add("given back " + uri + " " + givenBack.reason());
        } else if (outcome instanceof AttemptOutcome.LeaseLost lost) {
            events.add("lost " + uri + " " + lost.reason());
        } else {
            events.add("unreported " + uri);
        }
    }
}
