package org.armlib.aws.dynamodb;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.armlib.domain.InProgress;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Pending;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.domain.WorkerId;

/**
 * Takes requests from the queue. The index says what may be next; it may be behind the times, so the conditional write on
 * the request itself decides. What turns out not to be free is remembered, so that it is not tried again and again. Safe
 * for use by many threads.
 */
final class Claimer {
    private static final int FEW = 20;
    private static final int MANY = 200;
    private static final int MOST_NOTES = 10_000;
    private static final int MOST_APART = 8;
    private static final int TRIES = 3;
    private static final Duration FLOOR_LASTS = Duration.ofSeconds(2);
    private static final Duration INDEX_LAGS = Duration.ofSeconds(2);
    private static final Duration NOTE_LASTS = Duration.ofSeconds(30);

    private final Requests requests;
    private final Control control;
    private final RetryPolicy policy;
    private final Clock clock;
    private final BiConsumer<Stored, Stored> changed;

    private final Map<String, Floor> floors = new ConcurrentHashMap<>();
    private final Map<String, Note> notes = new ConcurrentHashMap<>();
    private final Map<String, LongLease> longLeases = new ConcurrentHashMap<>();
    private final Set<String> reserved = ConcurrentHashMap.newKeySet();

    /** Among how many of the first a claim chooses: more than one while others take what this one wants. */
    private final AtomicInteger apart = new AtomicInteger(1);

    /**
     * A claimer.
     *
     * @param changed is told of each request that a claim has changed: what it was, what it is
     */
    Claimer(Requests requests, Control control, RetryPolicy policy, Clock clock, BiConsumer<Stored, Stored> changed) {
        this.requests = requests;
        this.control = control;
        this.policy = policy;
        this.clock = clock;
        this.changed = changed;
    }

    /**
     * What a claim brought.
     *
     * @param leased the leases, fewer than asked for if there are no more
     * @param due when something that was passed over falls due, as far as the claim has seen
     */
    record Claim(List<LeasedRequest> leased, Instant due) {}

    /**
     * The place behind which a claim begins: what is before it was seen not to be free.
     *
     * @param place the last that was passed over
     * @param since when it was found
     * @param until when to begin at the beginning again
     */
    private record Floor(Place place, Instant since, Instant until) {
        boolean holds(Instant now) {
            return !now.isBefore(since) && now.isBefore(until);
        }
    }

    /**
     * What was found of a request that the index showed as free.
     *
     * @param entry what the index showed
     * @param since when it was found
     * @param until when to try again, if the index shows the same still
     */
    private record Note(Entry entry, Instant since, Instant until) {
        boolean holds(Entry shown, Instant now) {
            return entry.equals(shown) && !now.isBefore(since) && now.isBefore(until);
        }
    }

    /**
     * A lease that lasts for longer than the policy says.
     *
     * @param lease as it was seen
     * @param since when it was first seen so
     */
    private record LongLease(Lease lease, Instant since) {
        boolean isStill(Lease other, Instant now) {
            return lease.equals(other) && !now.isBefore(since);
        }
    }

    Claim claim(WorkerId worker, int max) {
        Control.State state = control.state();
        requests.spread(state.shards());
        Attempt attempt = new Attempt(worker, max, clock.instant());
        if (!state.suspended()) {
            int first = state.shards() == 1 ? 0 : ThreadLocalRandom.current().nextInt(state.shards());
            for (int i = 0; i < state.shards() && !attempt.isDone(); i++) {
                attempt.look(String.valueOf((first + i) % state.shards()));
            }
        }
        return new Claim(attempt.leased, attempt.due);
    }

    /** A request has come, or come back, to that place. */
    void added(String key, Place place) {
        notes.remove(key);
        floors.values().removeIf(floor -> place.compareTo(floor.place()) <= 0);
    }

    /** One call for work. Used by one thread. */
    private final class Attempt {
        private final WorkerId worker;
        private final int max;
        private final Instant now;
        private final List<LeasedRequest> leased = new ArrayList<>();
        private Instant due = Instant.MAX;

        Attempt(WorkerId worker, int max, Instant now) {
            this.worker = worker;
            this.max = max;
            this.now = now;
        }

        boolean isDone() {
            return leased.size() >= max;
        }

        void look(String shard) {
            Floor floor = floors.get(shard);
            if (floor != null && floor.holds(now)) {
                int before = leased.size();
                pass(shard, Optional.of(floor));
                if (leased.size() > before) {
                    return;
                }
                floors.remove(shard, floor);
            }
            pass(shard, Optional.empty());
        }

        /** Goes through a shard from the floor on, until it has enough or there is no more. */
        private void pass(String shard, Optional<Floor> floor) {
            Optional<Place> after = floor.map(Floor::place);
            Optional<Place> passed = after;
            Instant until = floor.map(Floor::until).orElse(Instant.MAX);
            boolean unbroken = true;
            boolean more = true;
            int pages = 0;
            while (more && !isDone()) {
                Requests.EntryPage page =
                        requests.entries(shard, after, pages == 0 ? Math.min(MANY, Math.max(FEW, 2 * max)) : MANY);
                Map<Entry, Instant> busy = claimAmong(page.entries());
                for (Entry entry : page.entries()) {
                    Instant free = busy.get(entry);
                    unbroken = unbroken && free != null;
                    due = free == null ? due : earlier(due, free);
                    if (unbroken && free != null) {
                        passed = Optional.of(entry.place());
                        until = earlier(until, free);
                    }
                    after = Optional.of(entry.place());
                }
                pages++;
                more = page.more() && !page.entries().isEmpty();
            }
            // A floor that took long to find is worth longer.
            Instant latest = earlier(until, now.plus(FLOOR_LASTS.multipliedBy(pages)));
            Instant end = floor.isPresent() ? until : latest;
            passed.ifPresent(place -> floors.put(shard, new Floor(place, now, end)));
        }

        /** Takes what is free, and says until when the others are not. */
        private Map<Entry, Instant> claimAmong(List<Entry> entries) {
            Map<Entry, Instant> busy = new HashMap<>();
            List<Entry> free = new ArrayList<>();
            for (Entry entry : entries) {
                Note note = notes.get(entry.key());
                if (!entry.isDue(now) && !isBeyond(entry)) {
                    busy.put(entry, entry.due());
                } else if (note != null && note.holds(entry, now)) {
                    busy.put(entry, note.until());
                } else {
                    free.add(entry);
                }
            }
            int choice = Math.min(apart.get(), free.size());
            if (choice > 1) {
                Collections.rotate(
                        free.subList(0, choice), ThreadLocalRandom.current().nextInt(choice));
            }
            int next = 0;
            while (!isDone() && next < free.size()) {
                int many = Math.min(max - leased.size(), free.size() - next);
                List<Entry> mine = free.subList(next, next + many).stream()
                        .filter(entry -> reserved.add(entry.key()))
                        .toList();
                free.subList(next, next + many).forEach(entry -> busy.put(entry, now.plus(INDEX_LAGS)));
                try {
                    Map<String, Stored> found = find(mine);
                    mine.forEach(entry -> busy.put(entry, take(entry, Optional.ofNullable(found.get(entry.key())))));
                } finally {
                    mine.forEach(entry -> reserved.remove(entry.key()));
                }
                next += many;
            }
            return busy;
        }

        /** Whether an entry waits for longer than the policy says, so that a clock that was ahead has written it. */
        private boolean isBeyond(Entry entry) {
            Duration longest = entry.isRunning()
                    ? policy.visibilityTimeout()
                    : policy.backoff().max();
            // Twice as long, so that clocks that differ by little cost nothing.
            return entry.due().isAfter(now.plus(longest).plus(longest));
        }

        private Map<String, Stored> find(List<Entry> entries) {
            Map<String, Stored> found = new HashMap<>();
            requests.findAll(entries.stream().map(Entry::key).toList())
                    .forEach(stored -> found.put(stored.submission().key().value(), stored));
            return found;
        }

        /** Leases a request if it is free; says until when it is not, after that. */
        private Instant take(Entry entry, Optional<Stored> found) {
            if (found.isEmpty()) {
                // Deleted, or spoilt by hand.
                return note(entry, now.plus(NOTE_LASTS));
            }
            UUID token = UUID.randomUUID();
            Optional<Stored> there = found;
            for (int i = 0; i < TRIES && there.isPresent(); i++) {
                Stored stored = there.get();
                Submission before = stored.submission();
                if (isLeasedBy(before, token)) {
                    return leased(entry, stored, stored);
                }
                if (!entry.place().text().equals(Attributes.text(stored.item(), Attributes.PLACE))) {
                    return note(entry, now.plus(INDEX_LAGS));
                }
                Optional<Submission> claimed = before.claim(worker, token, policy, now);
                if (claimed.isEmpty()) {
                    if (stored.isOutOfLine()) {
                        requests.replace("set right", stored, before);
                    }
                    if (!isAbandoned(before)) {
                        return note(entry, freeAt(before));
                    }
                    claimed = before.expired(now).claim(worker, token, policy, now);
                }
                Requests.Written written = requests.replace("lease", stored, claimed.get());
                if (written.done()) {
                    return leased(entry, stored, written.stored());
                }
                apart.updateAndGet(choice -> Math.min(MOST_APART, 2 * choice));
                there = written.now();
            }
            return note(entry, now.plus(INDEX_LAGS));
        }

        /**
         * Whether a lease that lasts for longer than the policy says was not renewed for as long as the policy says. A
         * worker whose clock is ahead keeps its leases by renewing them.
         */
        private boolean isAbandoned(Submission submission) {
            if (!(submission.state() instanceof InProgress running)
                    || !running.lease().expiresAt().isAfter(now.plus(policy.visibilityTimeout()))) {
                return false;
            }
            LongLease seen = longLeases.compute(
                    submission.key().value(),
                    (key, before) -> before != null && before.isStill(running.lease(), now)
                            ? before
                            : new LongLease(running.lease(), now));
            return !now.isBefore(seen.since().plus(policy.visibilityTimeout()));
        }

        private Instant leased(Entry entry, Stored before, Stored after) {
            apart.updateAndGet(choice -> Math.max(1, choice - 1));
            changed.accept(before, after);
            after.submission().leased().ifPresent(leased::add);
            Instant free = freeAt(after.submission());
            return note(entry, free);
        }

        private Instant note(Entry entry, Instant free) {
            if (notes.size() > MOST_NOTES) {
                notes.clear();
                longLeases.clear();
            }
            // Where the index is behind the times it will not be for long; where a lease was renewed it is for long.
            Instant until = earlier(free, now.plus(entry.isPending() && entry.isDue(now) ? INDEX_LAGS : NOTE_LASTS));
            notes.put(entry.key(), new Note(entry, now, until));
            return until;
        }

        private Instant freeAt(Submission submission) {
            if (submission.state() instanceof InProgress running) {
                LongLease seen = longLeases.get(submission.key().value());
                return seen != null && seen.isStill(running.lease(), now)
                        ? seen.since().plus(policy.visibilityTimeout())
                        : running.lease().expiresAt();
            }
            return submission.state() instanceof Pending pending ? pending.notBefore() : Instant.MAX;
        }
    }

    private static boolean isLeasedBy(Submission submission, UUID token) {
        return submission.state() instanceof InProgress running
                && running.lease().token().equals(token);
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
