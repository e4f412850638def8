package org.armlib.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.content.Compression;
import org.armlib.content.Contents;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Checkable;
import org.armlib.ports.Cleared;
import org.armlib.ports.Page;
import org.armlib.ports.ResultWriter;
import org.armlib.spi.AreaCursor;

/**
 * The result store in a folder of files.
 *
 * <p>Several processes, on several machines if the file system is shared, use one folder at a time, without locks: every
 * file appears whole under a name that nothing else has had. A commit returns when content, manifest and folder have
 * been forced to the disk. A person finds a result under {@link CachedResult#location}; its folder is named by the
 * SHA-256 of the key, and the manifest in it holds the key in clear.
 *
 * <p>The folder's file system needs atomic renames. Hard links, if it has them, make publication exact and promotion
 * free of copying; without them a process that is held up for a minute in the midst of publishing may replace the
 * result of another attempt at the same submission by its own.
 */
public final class FileCacheManager implements CacheManager, Checkable {
    private final Store store;
    private final Compression compression;

    /**
     * A cache in the folder that {@code settings} name, made if it is missing.
     *
     * @throws CacheException if the folder cannot be made or used
     */
    public FileCacheManager(FileCacheSettings settings, Clock clock) {
        this(settings.directory(), settings.compression(), settings.access(), clock);
    }

    /**
     * A cache in {@code directory}, made if it is missing, whose files nobody else on the machine may read.
     *
     * @throws CacheException if the folder cannot be made or used
     */
    public FileCacheManager(Path directory, Compression compression, Clock clock) {
        this(directory, compression, FileAccess.OWNER, clock);
    }

    private FileCacheManager(Path directory, Compression compression, FileAccess access, Clock clock) {
        this.store = new Store(directory.toAbsolutePath(), access, clock);
        this.compression = compression;
        Optional<String> problem = FolderCheck.problem(directory);
        if (problem.isPresent()) {
            throw new CacheException("cannot open the file cache: " + problem.get(), false);
        }
        call("open the cache", Optional.empty(), () -> {
            store.create();
            return store.epoch();
        });
    }

    @Override
    public void check() {
        call("write", Optional.empty(), () -> {
            Contents.check(compression);
            Disk.probe(store.root());
            return store;
        });
    }

    @Override
    public DataEpoch epoch() {
        return call("read the epoch", Optional.empty(), store::epoch);
    }

    @Override
    public ResultWriter write(LeasedRequest leased) {
        DataEpoch begun = call("begin the result", Optional.of(leased.request().key()), store::epoch);
        return new FileResultWriter(store, leased, begun, compression);
    }

    @Override
    public Optional<CachedResult> find(RequestKey key) {
        return call(
                "find the result",
                Optional.of(key),
                () -> store.find(Tree.hash(key)).map(found -> new FileCachedResult(store, found)));
    }

    @Override
    public boolean promote(RequestKey key) {
        return call("promote the result", Optional.of(key), () -> store.promote(Tree.hash(key)));
    }

    @Override
    public void retract(RequestKey key, SubmissionId upTo) {
        call("retract the result", Optional.of(key), () -> {
            store.retract(Tree.hash(key), upTo);
            return upTo;
        });
    }

    @Override
    public Optional<SubmissionId> retracted(RequestKey key) {
        return call("read the retractions", Optional.of(key), () -> store.retracted(Tree.hash(key)));
    }

    @Override
    public Cleared purge(Purge purge) {
        return switch (purge) {
            case ROUTINE -> purgeTemporary(Duration.ZERO);
            case REBUILD ->
                call(
                        "purge all results",
                        Optional.empty(),
                        () -> store.cleaner().rebuild());
        };
    }

    @Override
    public Cleared purgeTemporary(Duration minAge) {
        return call(
                "purge temporary results",
                Optional.empty(),
                () -> store.cleaner().purgeTemporary(minAge));
    }

    @Override
    public Optional<Duration> sincePurge() {
        return call(
                "read the time of the last purge",
                Optional.empty(),
                () -> store.cleaner().sincePurge());
    }

    @Override
    public Cleared sweep(Duration age) {
        return call("sweep", Optional.empty(), () -> store.cleaner().sweep(age));
    }

    @Override
    public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("limit", "is " + limit + "; at least 1 is allowed");
        }
        String after =
                AreaCursor.after(area, cursor, text -> text.matches(Tree.HASH)).orElse("");
        return call("list results", Optional.empty(), () -> {
            List<Manifest> manifests = new ArrayList<>();
            List<String> hashes = new ArrayList<>();
            store.forEachResult(area, after, (hash, result) -> {
                if (!hash.equals(after)) {
                    manifests.add(result.manifest());
                    hashes.add(hash);
                }
                return manifests.size() <= limit;
            });
            return manifests.size() <= limit
                    ? new Page<>(manifests, Optional.empty())
                    : new Page<>(
                            manifests.subList(0, limit),
                            Optional.of(new AreaCursor(area, hashes.get(limit - 1)).text()));
        });
    }

    @Override
    public void close() {
        // Nothing is held between calls.
    }

    private <T> T call(String tried, Optional<RequestKey> key, Call<T> call) {
        try {
            return call.run();
        } catch (IOException e) {
            throw Failures.of(tried, key, store.root(), e);
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws IOException;
    }
}
