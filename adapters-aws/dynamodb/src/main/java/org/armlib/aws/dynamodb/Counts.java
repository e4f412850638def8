package org.armlib.aws.dynamodb;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestState;
import org.armlib.domain.Submission;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The number of requests that were submitted, that have left the wait and that were withdrawn from it, by lanes of priority,
 * and the number in the other phases. Changes of it add up in any order. Not thread-safe.
 */
final class Counts {
    private static final String SUBMITTED = "submitted:";
    private static final String LEFT = "left:";

    /** Of those that left: the ones that did so wherever they stood, not at the front. */
    private static final String WITHDRAWN = "withdrawn:";

    private static final int EXACT_LANES = 16;

    private final Map<String, Long> numbers = new HashMap<>();

    /** Counts what a write did: before it, after it; null where there is nothing. */
    void moved(@Nullable Submission before, @Nullable Submission after) {
        boolean sameSubmission = before != null && after != null && before.id().equals(after.id());
        if (before != null) {
            count(before, -1, sameSubmission);
        }
        if (after != null) {
            count(after, 1, sameSubmission);
        }
        if (before != null && before.phase() == Phase.PENDING && !staysLive(after, sameSubmission)) {
            add(WITHDRAWN + lane(before.request().priority()), 1);
        }
    }

    private static boolean staysLive(@Nullable Submission after, boolean sameSubmission) {
        return sameSubmission && after != null && after.state() instanceof RequestState.Live;
    }

    private void count(Submission submission, int sign, boolean known) {
        String lane = String.valueOf(lane(submission.request().priority()));
        if (submission.phase() == Phase.PENDING) {
            if (sign > 0 && !known) {
                add(SUBMITTED + lane, 1);
            } else {
                add(LEFT + lane, -sign);
            }
        } else {
            add(submission.phase().label(), sign);
        }
    }

    void add(Counts other) {
        other.numbers.forEach(this::add);
    }

    /** What must be added to this to make it {@code actual}, whatever was submitted ever. */
    Counts corrections(Counts actual) {
        Counts corrections = new Counts();
        Map<String, Long> all = new HashMap<>(numbers);
        actual.numbers.forEach((name, number) -> all.putIfAbsent(name, 0L));
        for (String name : all.keySet()) {
            if (name.startsWith(SUBMITTED) || name.startsWith(LEFT)) {
                String lane = name.substring(name.indexOf(':') + 1);
                corrections.numbers.put(LEFT + lane, pendingIn(lane) - actual.pendingIn(lane));
            } else if (!name.startsWith(WITHDRAWN)) {
                corrections.add(name, actual.number(name) - number(name));
            }
        }
        corrections.numbers.values().removeIf(number -> number == 0);
        return corrections;
    }

    boolean isEmpty() {
        return numbers.isEmpty();
    }

    long submitted(int priority) {
        return number(SUBMITTED + lane(priority));
    }

    Map<Phase, Long> phases() {
        Map<Phase, Long> phases = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            phases.put(phase, Math.max(0, number(phase.label())));
        }
        phases.put(Phase.PENDING, pending());
        return phases;
    }

    /** Returns the number of requests of that priority's lane that have been withdrawn. */
    long withdrawn(int priority) {
        return number(WITHDRAWN + lane(priority));
    }

    /** Returns the number of requests of that priority's lane that have left the wait. */
    long left(int priority) {
        return number(LEFT + lane(priority));
    }

    /** Returns the number of waiting requests of that priority's lane. */
    long pending(int priority) {
        return Math.max(0, pendingIn(String.valueOf(lane(priority))));
    }

    /** Returns the number of waiting requests in the lanes above that of a priority. */
    long pendingAbove(int priority) {
        int lane = lane(priority);
        return lanes().filter(other -> Integer.parseInt(other) > lane)
                .mapToLong(other -> Math.max(0, pendingIn(other)))
                .sum();
    }

    /** Returns the number of waiting requests. */
    long pending() {
        return lanes().mapToLong(lane -> Math.max(0, pendingIn(lane))).sum();
    }

    /** Returns the number of requests that have been withdrawn. */
    long withdrawn() {
        return numbers.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(WITHDRAWN))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Returns the estimated number of requests that wait before the {@code ticket}th one submitted with a priority. */
    long ahead(int priority, long ticket) {
        long pending = pending(priority);
        long before = ticket > 0 ? ticket - 1 - left(priority) : pending - 1;
        return pendingAbove(priority) + Math.max(0, Math.min(before, pending - 1));
    }

    static Counts of(Map<String, AttributeValue> item) {
        Counts counts = new Counts();
        item.forEach((name, value) -> {
            if (value.n() != null) {
                counts.add(name, Long.parseLong(value.n()));
            }
        });
        return counts;
    }

    Map<String, AttributeValue> asAttributes() {
        Map<String, AttributeValue> item = new HashMap<>();
        numbers.forEach((name, number) -> item.put(name, Attributes.number(number)));
        return item;
    }

    private Stream<String> lanes() {
        return numbers.keySet().stream()
                .filter(name -> name.startsWith(SUBMITTED) || name.startsWith(LEFT))
                .map(name -> name.substring(name.indexOf(':') + 1))
                .distinct();
    }

    private long pendingIn(String lane) {
        return number(SUBMITTED + lane) - number(LEFT + lane);
    }

    private long number(String name) {
        return numbers.getOrDefault(name, 0L);
    }

    private void add(String name, long number) {
        numbers.merge(name, number, Long::sum);
    }

    /** Priorities near 0 each have their lane; others share it with those up to twice as far. */
    private static int lane(int priority) {
        if (Math.abs((long) priority) <= EXACT_LANES) {
            return priority;
        }
        int far = (int) Math.min(Math.abs((long) priority), Integer.MAX_VALUE);
        return Integer.signum(priority) * Integer.highestOneBit(far);
    }
}
