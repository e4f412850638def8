package org.armlib.aws.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Manifest;
import org.armlib.domain.StaleEpochException;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.SubmissionId;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Results as objects: publishing, finding, moving and withdrawing them.
 *
 * <p>What makes that right: all that is known of a key is one object, changed by compare-and-set alone, and what a result
 * consists of never changes. Parts come before the index names them and go after it does not, so that nobody who reads
 * the index is led to a part of something else.
 */
final class Store {
    /** What became of an attempt to publish. */
    enum Outcome {
        PUBLISHED,
        TAKEN,
        SUPERSEDED
    }

    /** How often the index of a key may change between reading and writing it. */
    private static final int TRIES = 32;

    private final Bucket bucket;
    private final Layout layout;
    private final States states;
    private final Duration temporaryExpiry;
    private final Clock clock;

    Store(Bucket bucket, Layout layout, States states, Duration temporaryExpiry, Clock clock) {
        this.bucket = bucket;
        this.layout = layout;
        this.states = states;
        this.temporaryExpiry = temporaryExpiry;
        this.clock = clock;
    }

    /** The index of a key, the entity tag it has, none if nothing is known of the key, and when it was written. */
    record Known(Index index, Optional<String> etag, Instant written) {
        static final Known NOTHING = new Known(Index.EMPTY, Optional.empty(), Instant.EPOCH);
    }

    Bucket bucket() {
        return bucket;
    }

    Layout layout() {
        return layout;
    }

    States states() {
        return states;
    }

    Instant now() {
        return clock.instant();
    }

    Known read(String hash) {
        return bucket.read(layout.index(hash))
                .map(text -> new Known(Index.parse(text.content()), Optional.of(text.etag()), text.modified()))
                .orElse(Known.NOTHING);
    }

    /** Writes the index if it is still as it was read; an index without anything in it goes. */
    boolean swap(String hash, Known known, Index next) {
        String key = layout.index(hash);
        if (known.etag().isEmpty()) {
            return next.equals(Index.EMPTY) || bucket.create(key, next.text());
        }
        String etag = known.etag().get();
        return next.equals(Index.EMPTY) ? bucket.delete(key, etag) : bucket.replace(key, etag, next.text());
    }

    /** The valid result of a key. */
    Optional<Index.Entry> find(String hash) {
        // In this order: what is known of purges is at least as new as the index.
        Known known = read(hash);
        return known.index().entry().filter(entry -> isValid(known, entry, states.current()));
    }

    /** Whether the result of an index is to be found. Once it is not, it never is again. */
    boolean isValid(Known known, Index.Entry entry, State state) {
        Manifest manifest = entry.manifest();
        return !entry.damaged()
                // Later ones come from processes that know of a purge already.
                && manifest.epoch().compareTo(state.epoch()) >= 0
                && (manifest.request().cachePolicy() == CachePolicy.STICKY
                        || (state.spares(entry.generation(), known.written())
                                && now().isBefore(manifest.published().plus(temporaryExpiry))));
    }

    /**
     * Publishes parts that are whole and durable. After anything but {@link Outcome#PUBLISHED} the index does not name
     * them; after an exception it may.
     */
    Outcome publish(String hash, String token, Manifest manifest) {
        // Most often, nothing is known of the key, and writing tells.
        Known known = Known.NOTHING;
        for (int tries = 1; tries <= TRIES; tries++) {
            State state = states.current();
            requireEpoch(manifest, state.epoch());
            Optional<Outcome> decided = decide(known, token, manifest, state);
            if (decided.isPresent()) {
                return decided.get();
            }
            Index.Entry entry = new Index.Entry(token, state.generation(), false, manifest);
            if (swap(hash, known, known.index().with(entry))) {
                known.index().entry().ifPresent(old -> removeOrLeave(hash, old));
                return Outcome.PUBLISHED;
            }
            if (tries > 1) {
                Pause.beforeTry(tries);
            }
            known = read(hash);
        }
        throw new ContentionException("the index of the key");
    }

    /** What is to become of a result, as far as the index says. */
    private Optional<Outcome> decide(Known known, String token, Manifest manifest, State state) {
        Index index = known.index();
        SubmissionId submission = manifest.submission();
        if (index.names(token)) {
            // An answer was lost.
            return Optional.of(Outcome.PUBLISHED);
        }
        if (index.isRetracted(submission)) {
            return Optional.of(Outcome.SUPERSEDED);
        }
        if (index.entry().isEmpty()) {
            return Optional.empty();
        }
        Index.Entry entry = index.entry().get();
        Manifest other = entry.manifest();
        if (other.epoch().compareTo(manifest.epoch()) > 0) {
            throw new StaleEpochException(manifest.key(), manifest.epoch(), other.epoch());
        }
        boolean valid = isValid(known, entry, state);
        // A purged result does not count: its submission may come from a clock that was ahead.
        if (other.epoch().compareTo(manifest.epoch()) < 0 || !(valid || entry.damaged())) {
            return Optional.empty();
        }
        if (other.submission().compareTo(submission) > 0) {
            return Optional.of(Outcome.SUPERSEDED);
        }
        return other.submission().equals(submission) && valid ? Optional.of(Outcome.TAKEN) : Optional.empty();
    }

    void requireEpoch(Manifest manifest, DataEpoch current) {
        if (!current.equals(manifest.epoch())) {
            throw new StaleEpochException(manifest.key(), manifest.epoch(), current);
        }
    }

    /** Moves the valid result of a key to the persistent area; says whether there is one. */
    boolean promote(String hash) {
        for (int tries = 1; tries <= TRIES; tries++) {
            Known known = read(hash);
            State state = states.current();
            Optional<Index.Entry> valid = known.index().entry().filter(entry -> isValid(known, entry, state));
            if (valid.isEmpty()) {
                return false;
            }
            if (valid.get().manifest().request().cachePolicy() == CachePolicy.STICKY
                    || promote(hash, known, valid.get())) {
                return true;
            }
            Pause.beforeTry(tries);
        }
        throw new ContentionException("the index of the key");
    }

    private boolean promote(String hash, Known known, Index.Entry entry) {
        Index.Entry sticky = new Index.Entry(
                // New, so that of several who promote at once each removes its own copies.
                Layout.newToken(), entry.generation(), false, entry.manifest().withCachePolicy(CachePolicy.STICKY));
        boolean copied = false;
        try {
            copied = copy(hash, entry, sticky);
        } finally {
            if (!copied) {
                removeOrLeave(hash, sticky);
            }
        }
        if (!copied) {
            loseIfStillThere(hash, entry);
            return false;
        }
        // If this throws, nobody knows whether the index names the copies; if it does not, they are swept.
        boolean moved = swap(hash, known, known.index().with(sticky))
                || read(hash).index().names(sticky.token());
        removeOrLeave(hash, moved ? entry : sticky);
        return moved;
    }

    private boolean copy(String hash, Index.Entry from, Index.Entry to) {
        Manifest manifest = to.manifest();
        List<StoredFormat> formats = manifest.formats();
        List<String> sources = parts(hash, from);
        List<String> targets = parts(hash, to);
        boolean whole = true;
        for (int i = 0; i < sources.size() && whole; i++) {
            PartName target = formats.isEmpty()
                    ? PartName.empty(targets.get(i), CachePolicy.STICKY)
                    : PartName.of(targets.get(i), CachePolicy.STICKY, formats.get(i));
            long length = formats.isEmpty() ? 0 : formats.get(i).storedLength();
            whole = bucket.copy(sources.get(i), target, length);
        }
        return whole;
    }

    /** Withdraws what a submission, and any before it, published or may yet publish. */
    void retract(String hash, SubmissionId upTo) {
        for (int tries = 1; tries <= TRIES; tries++) {
            Known known = read(hash);
            Index next = known.index().retract(upTo);
            if (next.equals(known.index())) {
                return;
            }
            if (swap(hash, known, next)) {
                if (next.entry().isEmpty()) {
                    known.index().entry().ifPresent(entry -> removeOrLeave(hash, entry));
                }
                return;
            }
            Pause.beforeTry(tries);
        }
        throw new ContentionException("the index of the key");
    }

    /** Makes a damaged result absent; its parts stay for a person to look at until they are swept. */
    void setAside(String hash, Index.Entry damaged) {
        for (int tries = 1; tries <= TRIES; tries++) {
            Known known = read(hash);
            if (!known.index().names(damaged.token())
                    || swap(hash, known, known.index().with(damaged.markDamaged()))) {
                return;
            }
            Pause.beforeTry(tries);
        }
        throw new ContentionException("the index of the key");
    }

    /**
     * Where a result is whose parts are not where they were: moved, if it was promoted meanwhile; if the index still names
     * the parts that are gone, nobody finds it from now on.
     */
    Optional<Index.Entry> loseIfStillThere(String hash, Index.Entry missing) {
        Optional<Index.Entry> now = find(hash);
        if (now.filter(entry -> entry.token().equals(missing.token())).isPresent()) {
            setAside(hash, missing);
            return Optional.empty();
        }
        return now.filter(entry -> entry.manifest()
                .withCachePolicy(CachePolicy.TEMPORARY)
                .equals(missing.manifest().withCachePolicy(CachePolicy.TEMPORARY)));
    }

    List<String> parts(String hash, Index.Entry entry) {
        return layout.parts(entry.manifest().request().cachePolicy(), hash, entry.token(), entry.manifest());
    }

    /** Removes parts that nothing names any more. What cannot be removed now is an orphan, and swept as such. */
    private void removeOrLeave(String hash, Index.Entry entry) {
        try {
            bucket.delete(parts(hash, entry));
        } catch (SdkException | StoreException e) {
            return;
        }
    }

    /** Removes parts of a result that is not published, whether or not they are all there. */
    void discard(List<String> parts) {
        bucket.delete(new ArrayList<>(parts));
    }
}
