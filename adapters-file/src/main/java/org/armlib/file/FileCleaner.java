package org.armlib.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.Cleared;
import org.jspecify.annotations.Nullable;

/**
 * Purges and sweeps. A file that cannot be removed is passed over, and reported when all others are removed.
 *
 * <p>When the last purge began is the time of the file {@code purged}, by the clock of the file system, as the time of
 * publication is that of a manifest.
 */
final class FileCleaner {
    private static final String PURGED = "purged";

    /** Times of files further ahead come from a clock that was wrong. */
    private static final Duration MAX_CLOCK_SKEW = Duration.ofHours(1);

    private final Store store;
    private final Tree tree;

    FileCleaner(Store store, Tree tree) {
        this.store = store;
        this.tree = tree;
    }

    Cleared purgeTemporary(Duration minAge) throws IOException {
        Run run = new Run();
        Instant begun = beginPurge();
        removeAll(run, CachePolicy.TEMPORARY, entry -> !isYoung(entry, minAge, begun));
        run.attempt(() -> endPurge(begun));
        return run.end();
    }

    Cleared rebuild() throws IOException {
        Run run = new Run();
        DataEpoch epoch = store.raiseEpoch();
        Instant begun = beginPurge();
        for (CachePolicy area : CachePolicy.values()) {
            removeAll(run, area, entry -> entry.epoch().compareTo(epoch) < 0);
        }
        run.attempt(() -> endPurge(begun));
        return run.end();
    }

    Optional<Duration> sincePurge() throws IOException {
        return modified(tree.root().resolve(PURGED)).map(begun -> Duration.between(begun, store.now()));
    }

    /** The time by the file system's clock; by this machine's if there is no room for a file. */
    private Instant beginPurge() {
        Path probe = tree.root().resolve(StoredResult.newToken() + ".new");
        try {
            Files.createFile(probe);
            try {
                return Files.getLastModifiedTime(probe).toInstant();
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            return store.now();
        }
    }

    private Cleared endPurge(Instant begun) throws IOException {
        Path file = tree.root().resolve(PURGED);
        Files.write(file, new byte[0]);
        Files.setLastModifiedTime(file, FileTime.from(begun));
        return Cleared.NOTHING;
    }

    private static boolean isYoung(Entry entry, Duration age, Instant now) throws IOException {
        return !age.isZero()
                && modified(entry.path())
                        .filter(published ->
                                Duration.between(published, now).abs().compareTo(age) < 0)
                        .isPresent();
    }

    private void removeAll(Run run, CachePolicy area, Condition<Entry> condition) throws IOException {
        tree.forEachFrom(area, "", run::failed, hash -> {
            Path folder = tree.keyFolder(area, hash);
            for (Entry entry : Listing.read(area, folder).entries()) {
                run.attempt(() -> condition.test(entry) ? store.remove(entry) : Cleared.NOTHING);
            }
            run.attempt(() -> removeIfEmpty(folder));
            return true;
        });
    }

    Cleared sweep(Duration age) throws IOException {
        Run run = new Run();
        Instant now = store.now();
        Predicate<Instant> old = modified -> Duration.between(modified, now).compareTo(age) > 0;
        for (CachePolicy area : CachePolicy.values()) {
            tree.forEachFrom(area, "", run::failed, hash -> {
                run.attempt(() -> store.tidy(hash));
                sweep(run, area, hash, file -> isOld(file, old, now));
                run.attempt(() -> removeIfEmpty(tree.keyFolder(area, hash)));
                return true;
            });
        }
        return run.end();
    }

    private void sweep(Run run, CachePolicy area, String hash, Condition<Path> old) throws IOException {
        Path folder = tree.keyFolder(area, hash);
        Listing listing = Listing.read(area, folder);
        for (SubmissionId retraction : listing.retractions()) {
            run.attempt(() -> deleteIf(old, folder.resolve(retraction + Listing.RETRACTED)));
        }
        for (Path corrupt : listing.corrupt()) {
            run.attempt(() -> deleteIf(old, corrupt));
        }
        for (Entry entry : listing.entries()) {
            // A name claimed by a process that died before it published.
            run.attempt(() -> deleteIf(path -> Files.size(path) == 0 && old.test(path), entry.path()));
        }
        Set<String> published = new HashSet<>();
        boolean isRead = false;
        for (Path part : listing.parts()) {
            try {
                if (store.isLive(Listing.token(part)) || !old.test(part)) {
                    continue;
                }
                if (!isRead) {
                    // Read after the age was taken, so that what was published in between is seen.
                    published.addAll(tokens(area, folder));
                    isRead = true;
                }
                if (!published.contains(Listing.token(part))) {
                    run.add(Store.deleteFile(part));
                }
            } catch (IOException e) {
                run.failed(e);
            }
        }
    }

    private static Set<String> tokens(CachePolicy area, Path folder) throws IOException {
        Listing listing = Listing.read(area, folder);
        Set<String> tokens = new HashSet<>();
        for (Entry entry : listing.entries()) {
            Manifests.readToken(entry.path()).ifPresent(tokens::add);
        }
        for (Path corrupt : listing.corrupt()) {
            Manifests.readToken(corrupt).ifPresent(tokens::add);
        }
        return tokens;
    }

    private static Cleared deleteIf(Condition<Path> condition, Path file) throws IOException {
        try {
            if (condition.test(file)) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return Cleared.NOTHING;
        }
        return Cleared.NOTHING;
    }

    private static Cleared removeIfEmpty(Path folder) throws IOException {
        Disk.removeIfEmpty(folder);
        return Cleared.NOTHING;
    }

    /** A file from the future, written by a clock that was ahead, is dated now: it grows older from now on. */
    private static boolean isOld(Path file, Predicate<Instant> old, Instant now) throws IOException {
        Optional<Instant> modified = modified(file);
        if (modified.filter(time -> time.isAfter(now.plus(MAX_CLOCK_SKEW))).isPresent()) {
            Files.setLastModifiedTime(file, FileTime.from(now));
            return false;
        }
        return modified.filter(old).isPresent();
    }

    private static Optional<Instant> modified(Path file) throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(file).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether something of a file, which may have vanished, holds. */
    @FunctionalInterface
    private interface Condition<T> {
        boolean test(T what) throws IOException;
    }

    @FunctionalInterface
    private interface Removal {
        Cleared run() throws IOException;
    }

    /** One purge or sweep: what it removed, and what it could not. */
    private static final class Run {
        private Cleared sum = Cleared.NOTHING;
        private int failures;
        private @Nullable IOException first;

        void add(Cleared more) {
            sum = sum.plus(more);
        }

        void attempt(Removal removal) throws IOException {
            try {
                add(removal.run());
            } catch (IOException e) {
                failed(e);
            }
        }

        void failed(IOException failure) throws IOException {
            if (failure instanceof ClosedByInterruptException) {
                throw failure;
            }
            failures++;
            first = first == null ? failure : first;
        }

        Cleared end() throws IOException {
            if (first != null) {
                throw new PartlyClearedException(failures, sum, first);
            }
            return sum;
        }
    }
}
