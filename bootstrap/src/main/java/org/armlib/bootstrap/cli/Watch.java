package org.armlib.bootstrap.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.ports.QueueOverview;

/** Follows a request to its end, and shows on standard error how far it has come. */
final class Watch {
    /** A target that tells changes by itself holds its answer for so long; then an interruption is looked for. */
    private static final Duration HELD = Duration.ofSeconds(2);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** For so long no answer is taken for a server that is being restarted. */
    private static final Duration OUTAGE = Duration.ofMinutes(1);

    private final Target target;
    private final Printer printer;
    private final Interruption interruption;
    private final Optional<Duration> patience;
    private long answered = System.nanoTime();

    /**
     * @param interruption ends the waiting
     * @param patience how long to wait at most, for ever if empty
     */
    Watch(Target target, Printer printer, Interruption interruption, Optional<Duration> patience) {
        this.target = target;
        this.printer = printer;
        this.interruption = interruption;
        this.patience = patience;
    }

    /**
     * Waits for the end of a request.
     *
     * @param changed is told where the request stands at first, and whenever that has changed
     * @return where it stands at last; it is not finished if patience ran out, or an interruption came
     */
    RequestView follow(RequestKey key, Consumer<RequestView> changed) throws InterruptedException {
        long begun = System.nanoTime();
        try (WatchProgress progress = new WatchProgress(printer, Printer.isTerminal())) {
            RequestView last = target.status(key, Duration.ZERO);
            answered = System.nanoTime();
            changed.accept(last);
            if (last.phase() == Phase.PENDING) {
                target.overview().flatMap(Watch::obstacle).ifPresent(printer::error);
            }
            while (!last.phase().isFinished()) {
                progress.show(last);
                Duration waited = Duration.ofNanos(System.nanoTime() - begun);
                if (patience.filter(most -> waited.compareTo(most) >= 0).isPresent()) {
                    progress.end();
                    printer.error("not finished within " + Shown.seconds(patience.get()) + "; it goes on, see"
                            + " 'armlib status " + key + "'");
                    return last;
                }
                if (interruption.told().await(pause(waited).toNanos(), TimeUnit.NANOSECONDS)) {
                    progress.end();
                    printer.error("interrupted; the request goes on, see 'armlib status " + key + "'; 'armlib cancel "
                            + key + "' calls it off");
                    return last;
                }
                RequestView now = look(key, last, held(Duration.ofNanos(System.nanoTime() - begun)));
                if (!now.equals(last)) {
                    changed.accept(now);
                    last = now;
                }
            }
            progress.show(last);
            return last;
        }
    }

    /** Why a request may have to wait for a long time. */
    private static Optional<String> obstacle(QueueOverview overview) {
        if (overview.suspended()) {
            return Optional.of("the queue is suspended: it waits until 'armlib resume'");
        }
        return overview.workers() == 0
                ? Optional.of("no worker was heard of in the last " + QueueOverview.WORKER_SEEN.toMinutes()
                        + " minutes: it waits until one comes; 'armlib serve' has some")
                : Optional.empty();
    }

    /** Where the request stands now; where it stood at last while the target does not answer, for some time. */
    private RequestView look(RequestKey key, RequestView last, Duration held) {
        try {
            RequestView now = target.status(key, held);
            answered = System.nanoTime();
            return now;
        } catch (ArmlibException e) {
            if (!e.retryable() || System.nanoTime() - answered > OUTAGE.toNanos()) {
                throw e;
            }
            return last;
        }
    }

    private Duration held(Duration waited) {
        return patience.map(most -> max(Duration.ZERO, min(HELD, most.minus(waited))))
                .orElse(HELD);
    }

    /** Short at first, and never more than a tenth of what was waited already: a look may cost something. */
    private Duration pause(Duration waited) {
        Duration pause = min(max(waited.dividedBy(10), SHORTEST_PAUSE), LONGEST_PAUSE);
        return patience.map(most -> min(pause, most.minus(waited))).orElse(pause);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
