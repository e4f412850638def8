package org.armlib.aws.s3;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import org.armlib.domain.Purge;
import org.jspecify.annotations.Nullable;

/**
 * The state of the cache, as far as this process knows it. What was read is used for a time, the freshness, counted from
 * before the asking began; who changes the state waits as long before saying so. So nobody who asks after a purge has
 * returned is answered by what was before it.
 */
final class States {
    private static final int TRIES = 32;

    /** Clocks that count a second as a hundredth more or less of one are allowed for. */
    private static final double CLOCK_RATES = 1.01;

    private final Bucket bucket;
    private final String key;
    private final long freshnessNanos;
    private volatile @Nullable Known known;

    States(Bucket bucket, Layout layout, Duration freshness) {
        this.bucket = bucket;
        this.key = layout.state();
        this.freshnessNanos = freshness.toNanos();
    }

    /** The state, asked for if what is known is not fresh. */
    State current() {
        long asked = System.nanoTime();
        Known last = known;
        return last != null && last.isFresh(asked, freshnessNanos) ? last.state : refresh(asked);
    }

    /** The state, asked for now. */
    State latest() {
        return read(System.nanoTime()).state;
    }

    /** Those who find that nothing fresh is known ask once for all of them. */
    private synchronized State refresh(long asked) {
        Known last = known;
        boolean othersAsked = last != null && (last.since - asked > 0 || last.isFresh(asked, freshnessNanos));
        return othersAsked && last != null ? last.state : read(System.nanoTime()).state;
    }

    private Known read(long begin) {
        Known read = new Known(
                begin, bucket.read(key).map(text -> State.parse(text.content())).orElse(State.FIRST));
        known = read;
        return read;
    }

    /** Makes what the purge is about invalid, in one step, and returns when everybody knows. */
    State raise(Purge purge) {
        String token = Layout.newToken();
        BiFunction<State, String, State> next = switch (purge) {
            case ROUTINE -> State::nextGeneration;
            case REBUILD -> State::nextEpoch;
        };
        for (int tries = 1; tries <= TRIES; tries++) {
            Optional<Bucket.Text> text = bucket.read(key);
            State state = text.map(t -> State.parse(t.content())).orElse(State.FIRST);
            if (state.by().equals(token)) {
                return told(state);
            }
            State raised = next.apply(state, token);
            if (text.isEmpty()
                    ? bucket.create(key, raised.text())
                    : bucket.replace(key, text.get().etag(), raised.text())) {
                return told(raised);
            }
            Pause.beforeTry(tries);
        }
        throw new ContentionException("the state of the cache");
    }

    private State told(State state) {
        known = null;
        Pause.nanos((long) (freshnessNanos * CLOCK_RATES));
        return state;
    }

    private record Known(long since, State state) {
        boolean isFresh(long now, long freshnessNanos) {
            return now - since < freshnessNanos;
        }
    }
}
