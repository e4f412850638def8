package org.armlib.memory;

import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleEpochException;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.CorruptResultException;
import org.armlib.ports.Page;
import org.armlib.ports.ResultWriter;
import org.armlib.spi.AreaCursor;

/**
 * The result store in the heap of one process, for tests and for embedding where results are small: unlike other stores
 * it takes as much heap as the results are long, and what it holds is gone with the process. Thread-safe.
 *
 * <p>Results are stored as they were written. Closing it abandons the results being written; it stays usable.
 */
public final class MemCacheManager implements CacheManager {

    private final Clock clock;
    private final Object lock = new Object();

    // Everything below is guarded by the lock.

    private final NavigableMap<RequestKey, Result> results = new TreeMap<>();
    private final Map<RequestKey, Retraction> retractions = new HashMap<>();
    private final Set<MemResultWriter> writing = new HashSet<>();
    private DataEpoch epoch = DataEpoch.FIRST;
    private Instant purged;

    private record Result(Manifest manifest, Map<FormatName, Content> contents) {
        Cleared cleared() {
            return new Cleared(
                    1, contents.values().stream().mapToLong(Content::length).sum());
        }
    }

    private record Retraction(SubmissionId upTo, Instant noted) {
        Retraction notAfter(Instant now) {
            return noted.isAfter(now) ? new Retraction(upTo, now) : this;
        }
    }

    /**
     * An empty store.
     *
     * @param clock tells when a result was published, and how old abandoned ones are
     */
    public MemCacheManager(Clock clock) {
        this.clock = clock;
        this.purged = clock.instant();
    }

    @Override
    public DataEpoch epoch() {
        synchronized (lock) {
            return epoch;
        }
    }

    @Override
    public ResultWriter write(LeasedRequest leased) {
        synchronized (lock) {
            MemResultWriter writer = new MemResultWriter(this, leased, epoch, clock);
            writing.add(writer);
            return writer;
        }
    }

    @Override
    public Optional<CachedResult> find(RequestKey key) {
        synchronized (lock) {
            return Optional.ofNullable(results.get(key)).map(MemCachedResult::new);
        }
    }

    @Override
    public boolean promote(RequestKey key) {
        synchronized (lock) {
            return results.computeIfPresent(
                            key,
                            (k, result) ->
                                    new Result(result.manifest.withCachePolicy(CachePolicy.STICKY), result.contents))
                    != null;
        }
    }

    @Override
    public void retract(RequestKey key, SubmissionId upTo) {
        synchronized (lock) {
            Instant now = clock.instant();
            retractions.merge(
                    key,
                    new Retraction(upTo, now),
                    (old, recent) ->
                            new Retraction(old.upTo.compareTo(recent.upTo) > 0 ? old.upTo : recent.upTo, recent.noted));
            Result result = results.get(key);
            if (result != null && result.manifest.submission().compareTo(upTo) <= 0) {
                results.remove(key);
            }
        }
    }

    @Override
    public Optional<SubmissionId> retracted(RequestKey key) {
        synchronized (lock) {
            return Optional.ofNullable(retractions.get(key)).map(Retraction::upTo);
        }
    }

    @Override
    public Cleared purge(Purge purge) {
        synchronized (lock) {
            if (purge == Purge.REBUILD) {
                epoch = epoch.next();
            }
            purged = clock.instant();
            return remove(manifest -> !manifest.request().cachePolicy().survives(purge));
        }
    }

    @Override
    public Cleared purgeTemporary(Duration minAge) {
        synchronized (lock) {
            Instant now = clock.instant();
            purged = now;
            return remove(manifest -> !manifest.request().sticky()
                    && Duration.between(manifest.published(), now).abs().compareTo(minAge) >= 0);
        }
    }

    private Cleared remove(Predicate<Manifest> condition) {
        Cleared cleared = Cleared.NOTHING;
        Iterator<Result> all = results.values().iterator();
        while (all.hasNext()) {
            Result result = all.next();
            if (condition.test(result.manifest)) {
                cleared = cleared.plus(result.cleared());
                all.remove();
            }
        }
        return cleared;
    }

    @Override
    public Optional<Duration> sincePurge() {
        synchronized (lock) {
            return Optional.of(Duration.between(purged, clock.instant()));
        }
    }

    @Override
    public Cleared sweep(Duration age) {
        List<MemResultWriter> open;
        Instant now;
        synchronized (lock) {
            now = clock.instant();
            retractions.replaceAll((key, retraction) -> retraction.notAfter(now));
            retractions.values().removeIf(retraction -> isOlder(retraction.noted, age, now));
            open = List.copyOf(writing);
        }
        // Not under the lock: a writer takes its own before this one.
        Cleared cleared = Cleared.NOTHING;
        for (MemResultWriter writer : open) {
            cleared = cleared.plus(writer.abandonIfOlder(age, now));
        }
        return cleared;
    }

    static boolean isOlder(Instant time, Duration age, Instant now) {
        return Duration.between(time, now).compareTo(age) > 0;
    }

    @Override
    public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("limit", "is " + limit + "; at least 1 is needed");
        }
        Optional<RequestKey> after =
                AreaCursor.after(area, cursor, text -> !text.isEmpty()).map(RequestKey::new);
        synchronized (lock) {
            NavigableMap<RequestKey, Result> rest =
                    after.map(key -> results.tailMap(key, false)).orElse(results);
            List<Manifest> page = new ArrayList<>();
            for (Result result : rest.values()) {
                if (result.manifest.request().cachePolicy() != area) {
                    continue;
                }
                if (page.size() == limit) {
                    return new Page<>(
                            page,
                            Optional.of(new AreaCursor(
                                            area, page.get(limit - 1).key().value())
                                    .text()));
                }
                page.add(result.manifest);
            }
            return new Page<>(page, Optional.empty());
        }
    }

    @Override
    public void close() {
        List<MemResultWriter> open;
        synchronized (lock) {
            open = List.copyOf(writing);
        }
        open.forEach(MemResultWriter::close);
    }

    /** Publishes what a writer wrote, if it still counts. Called once for each writer, which is forgotten. */
    Commit publish(MemResultWriter writer, LeasedRequest leased, DataEpoch begun, Map<FormatName, Content> contents) {
        RequestKey key = leased.request().key();
        SubmissionId submission = leased.lease().submission();
        List<StoredFormat> formats = contents.entrySet().stream()
                .map(entry -> entry.getValue().describe(entry.getKey()))
                .toList();
        synchronized (lock) {
            writing.remove(writer);
            if (!begun.equals(epoch)) {
                throw new StaleEpochException(key, begun, epoch);
            }
            Retraction retraction = retractions.get(key);
            if (retraction != null && submission.compareTo(retraction.upTo) <= 0) {
                return new Commit.Discarded(Commit.Reason.SUPERSEDED);
            }
            Result published = results.get(key);
            int order = published == null ? 1 : submission.compareTo(published.manifest.submission());
            if (order <= 0) {
                return new Commit.Discarded(order == 0 ? Commit.Reason.ALREADY_PUBLISHED : Commit.Reason.SUPERSEDED);
            }
            Manifest manifest = Manifest.of(leased, epoch, clock.instant(), formats);
            results.put(key, new Result(manifest, contents));
            return new Commit.Published(manifest);
        }
    }

    void forget(MemResultWriter writer) {
        synchronized (lock) {
            writing.remove(writer);
        }
    }

    /** The stored bytes of a result, for tests that damage them. */
    Collection<Content> contents(RequestKey key) {
        synchronized (lock) {
            Result result = results.get(key);
            return result == null ? List.of() : result.contents.values();
        }
    }

    private final class MemCachedResult implements CachedResult {
        private final Result result;

        MemCachedResult(Result result) {
            this.result = result;
        }

        @Override
        public Manifest manifest() {
            return result.manifest;
        }

        @Override
        public Optional<InputStream> open(FormatName format) {
            Content content = content(format);
            return isThere() ? Optional.of(content.open()) : Optional.empty();
        }

        @Override
        public Optional<InputStream> openStored(FormatName format) {
            return open(format);
        }

        @Override
        public void verify() {
            for (StoredFormat format : result.manifest.formats()) {
                String found = content(format.name()).digest();
                if (!found.equals(format.sha256())) {
                    removeIfThere();
                    throw new CorruptResultException(
                            result.manifest.key(),
                            "format " + format.name() + " in the heap has SHA-256 " + found + ", not "
                                    + format.sha256());
                }
            }
        }

        @Override
        public URI location(FormatName format) {
            content(format);
            return URI.create("memory:/" + result.manifest.key() + "/" + format);
        }

        private Content content(FormatName format) {
            Content content = result.contents.get(format);
            if (content == null) {
                throw new InvalidRequestException(
                        "format", "the result of '" + result.manifest.key() + "' has no format " + format);
            }
            return content;
        }

        // By the bytes, not by the record around them: a promotion replaces that.
        private boolean isThere() {
            synchronized (lock) {
                Result current = results.get(result.manifest.key());
                return current != null && current.contents == result.contents;
            }
        }

        private void removeIfThere() {
            synchronized (lock) {
                if (isThere()) {
                    results.remove(result.manifest.key());
                }
            }
        }
    }
}
