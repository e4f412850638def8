package org.armlib.aws.s3;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
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
        Known read = new Known(begin, bucket.read(key).map(States::parse).orElse(State.FIRST));
        known = read;
        return read;
    }

    private static State parse(Bucket.Text text) {
        return State.parse(text.content(), text.modified());
    }

    /**
     * Makes results invalid, in one step, and returns when everybody knows.
     *
     * @param next the state to make of the one there is, and of a token
     */
    State raise(BiFunction<State, String, State> next) {
        String token = Layout.newToken();
        for (int tries = 1; tries <= TRIES; tries++) {
            Optional<Bucket.Text> text = bucket.read(key);
            State state = text.map(States::parse).orElse(State.FIRST);
            if (state.by().equals(token) || write(text, next.apply(state, token))) {
                known = null;
                Pause.nanos((long) (freshnessNanos * CLOCK_RATES));
                // Read, as only the store knows when it was written.
                return latest();
            }
            Pause.beforeTry(tries);
        }
        throw new ContentionException("the state of the cache");
    }

    private boolean write(Optional<Bucket.Text> before, State raised) {
        return before.isEmpty()
                ? bucket.create(key, raised.text())
                : bucket.replace(key, before.get().etag(), raised.text());
    }

    private record Known(long since, State state) {
        boolean isFresh(long now, long freshnessNanos) {
            return now - since < freshnessNanos;
        }
    }
}
