package org.armlib.http.api;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Hold;
import org.armlib.domain.Phase;
import org.armlib.ports.QueueOverview;
import tools.jackson.databind.node.ObjectNode;

/** The JSON form of the queue as a whole, and of this server. Thread-safe. */
final class ServerForm {
    private final Watcher watcher;
    private final BooleanSupplier draining;
    private final Duration retention;

    ServerForm(Watcher watcher, BooleanSupplier draining, Duration retention) {
        this.watcher = watcher;
        this.draining = draining;
        this.retention = retention;
    }

    /** @param hold why this process leases nothing at present */
    ObjectNode of(QueueOverview overview, DataEpoch epoch, Optional<Hold> hold) {
        ObjectNode body = Json.object().put("leasing", leasing(overview));
        hold.ifPresent(reason -> StatusForm.held(body.putObject("held"), reason));
        ObjectNode counts = body.putObject("counts");
        for (Phase phase : Phase.values()) {
            counts.put(phase.label(), overview.count(phase));
        }
        overview.oldestPending().ifPresent(time -> body.put("oldestPending", Json.time(time)));
        return body.put("pendingEstimate", Json.span(overview.pendingEstimate()))
                .put("workers", overview.workers())
                .put("epoch", epoch.value())
                .put("waitingCalls", watcher.waiters())
                .put("draining", draining.getAsBoolean())
                .put("retention", Json.span(retention));
    }

    private static String leasing(QueueOverview overview) {
        if (!overview.suspended()) {
            return "Running";
        }
        return overview.count(Phase.IN_PROGRESS) > 0 ? "Suspending" : "Suspended";
    }
}
