package org.armlib.bootstrap;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.armlib.application.JanitorOptions;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.Redaction;
import org.armlib.domain.RetryPolicy;

/**
 * A checked configuration: what to put together.
 *
 * @param adapters the adapters named, queue first, but for the server
 * @param retryPolicy the queue's
 * @param redaction which parameters are secret
 * @param janitor when to clear
 * @param worker empty if no requests are to be run here
 * @param server empty if none is configured
 * @param settings all of the above as written
 */
record Composition(
        List<ChosenAdapter> adapters,
        RetryPolicy retryPolicy,
        Redaction redaction,
        JanitorOptions janitor,
        Optional<WorkerOptions> worker,
        Optional<ChosenAdapter> server,
        List<EffectiveSetting> settings) {
    private static final Duration CLOSE_OF_THE_REST = Duration.ofMinutes(2);

    /** How long closing all of it may take. */
    Duration longestClose() {
        return worker.map(options -> options.grace().plus(options.abandonGrace()))
                .orElse(Duration.ZERO)
                .plus(CLOSE_OF_THE_REST);
    }

    Composition withoutWorker() {
        return new Composition(adapters, retryPolicy, redaction, janitor, Optional.empty(), server, settings);
    }
}
