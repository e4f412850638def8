package org.armlib.aws.dynamodb;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Goes through the whole table now and then, one server for all: does what follows from changes that people have made by
 * hand, counts anew, and removes what nothing refers to any more.
 */
final class Upkeep {
    /** Shorter than {@link Items#GRACE}, so that no request that somebody set back is deleted before it is seen. */
    static final Duration EVERY = Duration.ofHours(6);

    private static final Duration LOOK_EVERY = Duration.ofMinutes(10);
    private static final Duration SERVER_GONE = Duration.ofHours(1);
    private static final int SCANNED = 500;

    private final Requests requests;
    private final Control control;
    private final Ledger ledger;
    private final DynQueueSettings settings;
    private final Clock clock;
    private final BiConsumer<Stored, Stored> changed;
    private volatile Instant last;

    Upkeep(
            Requests requests,
            Control control,
            Ledger ledger,
            DynQueueSettings settings,
            Clock clock,
            BiConsumer<Stored, Stored> changed) {
        this.requests = requests;
        this.control = control;
        this.ledger = ledger;
        this.settings = settings;
        this.clock = clock;
        this.changed = changed;
        this.last = clock.instant();
    }

    /** Whether an item is a request that ended before a time. */
    static boolean endedBefore(Map<String, AttributeValue> item, Instant time) {
        String state = Attributes.text(item, Attributes.STATE, "");
        for (Phase phase : Phase.values()) {
            if (phase.isFinished() && phase.label().equals(state)) {
                return Items.time(item, Attributes.FINISHED, Instant.MAX).isBefore(time);
            }
        }
        return false;
    }

    void runIfDue() {
        Instant now = clock.instant();
        if (Ages.isWithin(LOOK_EVERY, last, now)) {
            return;
        }
        last = now;
        if (control.takeUpkeep(now, EVERY)) {
            run(now);
        }
    }

    private void run(Instant now) {
        Instant old = now.minus(Requests.keptFor(settings));
        Counts counted = new Counts();
        List<Map<String, AttributeValue>> apart = new ArrayList<>();
        Map<String, AttributeValue> from = Map.of();
        do {
            Requests.ScanPage page = requests.scan(from, SCANNED);
            for (Map<String, AttributeValue> item : page.items()) {
                if (Requests.isRequest(item)) {
                    requests.readable(item)
                            .map(this::setRight)
                            .ifPresent(stored -> counted.moved(null, stored.submission()));
                } else if (Items.time(item, Attributes.SUBMITTED, Instant.MAX).isBefore(old)) {
                    apart.add(Requests.keyOf(Attributes.text(item, Attributes.KEY, "")));
                }
            }
            from = page.next();
        } while (!from.isEmpty());
        apart.forEach(key -> removeIfAlone(Attributes.text(key, Attributes.KEY, "")));
        Ledger.Totals totals = ledger.all();
        control.correct(totals.counts().corrections(counted));
        for (Control.Server server : totals.overall().servers()) {
            if (!Ages.isWithin(SERVER_GONE, server.seen(), now)) {
                control.fold(server);
            }
        }
    }

    private Stored setRight(Stored stored) {
        if (!stored.isOutOfLine()) {
            return stored;
        }
        Requests.Written written = requests.replace("set right", stored, stored.submission());
        if (written.done()) {
            changed.accept(stored, written.stored());
        }
        return written.now().orElse(stored);
    }

    /** Removes parameters whose request is gone, or has others by now. */
    private void removeIfAlone(String apart) {
        RequestKey key = new RequestKey(apart.substring(0, apart.indexOf(Requests.APART)));
        boolean used = requests.read(key)
                .filter(stored -> apart.equals(Attributes.text(stored.item(), Attributes.PARAMETERS_IN)))
                .isPresent();
        if (!used) {
            requests.deleteApart(apart);
        }
    }
}
