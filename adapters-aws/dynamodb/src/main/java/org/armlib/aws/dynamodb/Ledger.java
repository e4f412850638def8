package org.armlib.aws.dynamodb;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.armlib.domain.Submission;
import org.armlib.domain.WorkerId;
import org.armlib.ports.QueueOverview;
import org.jspecify.annotations.Nullable;

/**
 * What this server counts and whom it hears of: written to its own item of the control table now and then, so that others
 * can add it up without reading the queue. Safe for use by many threads.
 */
final class Ledger {
    private static final Duration HEARD_OF_LATELY = QueueOverview.WORKER_SEEN.dividedBy(4);
    private static final int MOST_UNWRITTEN = 5000;

    private final Control control;
    private final Clock clock;
    private final Duration every;
    private final String server = UUID.randomUUID().toString();
    private final ReentrantLock writing = new ReentrantLock();

    // Guarded by this.

    private final Counts mine = new Counts();
    private final Map<WorkerId, Instant> heard = new HashMap<>();
    private final Map<WorkerId, Instant> noted = new HashMap<>();
    private Counts others = new Counts();
    private int unwritten;
    private Instant written = Instant.EPOCH;
    private Optional<Control.Server> last = Optional.empty();

    /**
     * A ledger.
     *
     * @param every how long what was counted may stay unwritten
     */
    Ledger(Control control, Clock clock, Duration every) {
        this.control = control;
        this.clock = clock;
        this.every = every;
    }

    /** A write has changed a request: what it was, what it is; null where there is nothing. */
    synchronized void moved(@Nullable Submission before, @Nullable Submission after) {
        if (before == null || after == null || before.state() != after.state()) {
            mine.moved(before, after);
            unwritten++;
        }
    }

    synchronized void seen(WorkerId worker) {
        heard.put(worker, clock.instant());
    }

    /** The number of the next request of that priority among all that were submitted, as far as is known. */
    synchronized long nextTicket(int priority) {
        return others.submitted(priority) + mine.submitted(priority) + 1;
    }

    /** Writes if there is enough to write or it has waited long enough. */
    Optional<Totals> writeIfDue() {
        if (!isDue()) {
            return Optional.empty();
        }
        write();
        return Optional.of(all());
    }

    private void write() {
        writing.lock();
        try {
            Instant now = clock.instant();
            Counts counts = new Counts();
            Map<WorkerId, Instant> workers;
            synchronized (this) {
                heard.values().removeIf(time -> isSilent(time, now));
                workers = Map.copyOf(heard);
                counts.add(mine);
                unwritten = 0;
                written = now;
                noted.clear();
                noted.putAll(workers);
            }
            Control.Server note = control.note(server, now, counts, workers);
            synchronized (this) {
                last = Optional.of(note);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Everything that the servers have written, with what this one knows better. */
    Totals all() {
        Control.Overall overall = control.all();
        Instant now = clock.instant();
        Counts sum = new Counts();
        sum.add(overall.gone());
        Map<WorkerId, Instant> workers = new HashMap<>();
        for (Control.Server one : overall.servers()) {
            if (!one.name().equals(Control.nameOf(server))) {
                sum.add(one.counts());
                workers.putAll(one.workers());
            }
        }
        synchronized (this) {
            others = new Counts();
            others.add(sum);
            sum.add(mine);
            workers.putAll(heard);
        }
        workers.values().removeIf(time -> isSilent(time, now));
        return new Totals(overall, sum, workers.size(), now);
    }

    /**
     * What all servers know together.
     *
     * @param overall what the control table says
     * @param counts the sum of the counts
     * @param workers how many workers were heard of lately
     * @param time when it was read
     */
    record Totals(Control.Overall overall, Counts counts, int workers, Instant time) {}

    /** Hands over what was counted, since this server ends. */
    void close() {
        boolean anything;
        synchronized (this) {
            anything = !mine.isEmpty() || last.isPresent();
        }
        if (anything) {
            write();
            Optional<Control.Server> end;
            synchronized (this) {
                end = last;
            }
            end.ifPresent(control::fold);
        }
    }

    private synchronized boolean isDue() {
        Instant now = clock.instant();
        boolean news = heard.entrySet().stream()
                .anyMatch(entry -> Duration.between(noted.getOrDefault(entry.getKey(), Instant.EPOCH), entry.getValue())
                                .compareTo(HEARD_OF_LATELY)
                        > 0);
        return unwritten >= MOST_UNWRITTEN || ((unwritten > 0 || news) && !Ages.isWithin(every, written, now));
    }

    private static boolean isSilent(Instant heard, Instant now) {
        return !Ages.isWithin(QueueOverview.WORKER_SEEN, heard, now);
    }
}
