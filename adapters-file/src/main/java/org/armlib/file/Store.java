package org.armlib.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.StaleEpochException;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.Cleared;

/**
 * Results as files: publishing, finding and removing them, without locks between threads or processes.
 *
 * <p>What makes that right: a name, once it is there, stands for the same content until it goes; a manifest appears whole
 * or not at all, and only if nothing else has its name; parts come before their manifest and go after it; and who
 * publishes looks, after he did, whether anything happened that forbids it, while who forbids something (a new epoch, a
 * retraction, a later submission) makes that visible before he looks for what was published. So at least one of the two
 * sees the other, and either removes.
 */
final class Store {
    /** What became of an attempt to publish. */
    enum Outcome {
        PUBLISHED,
        TAKEN,
        SUPERSEDED
    }

    /** How often a result may be replaced by another under a reader's eyes before the reader says there is none. */
    private static final int TRIES = 16;

    private final Tree tree;
    private final Epochs epochs;
    private final Candidates candidates;
    private final Manifests manifests = new Manifests(System::nanoTime);
    private final Clock clock;

    /** The tokens of what this process is writing. */
    private final Set<String> live = ConcurrentHashMap.newKeySet();

    Store(Path root, FileAccess access, Clock clock) {
        this.tree = new Tree(root, access);
        this.epochs = new Epochs(tree.epochs(), access);
        this.candidates = new Candidates(tree, epochs, System::nanoTime);
        this.clock = clock;
    }

    void create() throws IOException {
        tree.create();
    }

    Path root() {
        return tree.root();
    }

    DataEpoch epoch() throws IOException {
        return epochs.current();
    }

    Instant now() {
        return clock.instant();
    }

    String begin() {
        String token = StoredResult.newToken();
        live.add(token);
        return token;
    }

    void end(String token) {
        live.remove(token);
    }

    FileChannel newPart(CachePolicy area, String hash, String token, FormatName format) throws IOException {
        return tree.newFile(area, hash, StoredResult.partName(token, format));
    }

    Path part(CachePolicy area, String hash, String token, FormatName format) {
        return tree.keyFolder(area, hash).resolve(StoredResult.partName(token, format));
    }

    /** Removes the parts of a token, and the folder if nothing else is in it. */
    void discard(CachePolicy area, String hash, String token) throws IOException {
        Path folder = tree.keyFolder(area, hash);
        deleteParts(folder, token);
        Disk.removeIfEmpty(folder);
    }

    Optional<StoredResult> find(String hash) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            boolean gone = false;
            Candidates.Found found = candidates.of(hash);
            for (Entry candidate : found.manifests()) {
                try {
                    Optional<StoredResult> result =
                            found.unchanged() ? manifests.loadUnchanged(candidate) : manifests.load(candidate);
                    if (result.isPresent()) {
                        return result;
                    }
                } catch (NoSuchFileException e) {
                    gone = true;
                }
            }
            if (!gone) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * Publishes parts that are whole and durable: when this returns {@link Outcome#PUBLISHED}, the manifest is durable
     * too. Otherwise, and after an exception, the manifest is not there.
     */
    Outcome publish(String hash, String token, Manifest manifest) throws IOException {
        CachePolicy area = manifest.request().cachePolicy();
        SubmissionId submission = manifest.submission();
        DataEpoch epoch = manifest.epoch();
        checkEpoch(manifest);
        if (KeyState.read(tree, hash).isSuperseded(submission, epoch)) {
            return Outcome.SUPERSEDED;
        }
        Entry entry = new Entry(area, tree.keyFolder(area, hash), submission, epoch);
        Path whole = entry.folder().resolve(token + ".manifest.new");
        try (FileChannel file = tree.newFile(area, hash, String.valueOf(whole.getFileName()))) {
            byte[] bytes = StoredResult.file(token, manifest);
            Disk.write(file, bytes, 0, bytes.length);
            if (!link(whole, entry)) {
                return Outcome.TAKEN;
            }
            try {
                Outcome outcome = confirm(file, entry, hash, manifest);
                if (outcome != Outcome.PUBLISHED) {
                    Files.deleteIfExists(entry.path());
                }
                return outcome;
            } catch (IOException | StaleEpochException e) {
                try {
                    Files.deleteIfExists(entry.path());
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
                throw e;
            }
        }
    }

    private Outcome confirm(FileChannel file, Entry entry, String hash, Manifest manifest) throws IOException {
        try {
            // Only now, so that a journal takes the manifest's content and its name in one go. If the machine fails
            // before, the manifest is empty at worst, which is none; the parts have been durable for long.
            file.force(true);
            Disk.syncFolder(entry.folder());
            tree.syncAbove(entry.area(), hash);
        } catch (NoSuchFileException e) {
            // Published, and purged before it was durable: the folder goes with the last file in it.
            return Outcome.PUBLISHED;
        }
        checkEpoch(manifest);
        KeyState state = KeyState.read(tree, hash);
        if (state.isSuperseded(entry.submission(), entry.epoch())) {
            return Outcome.SUPERSEDED;
        }
        return entry.area() == CachePolicy.TEMPORARY && isTakenByAnother(state.persistent(), manifest)
                ? Outcome.TAKEN
                : Outcome.PUBLISHED;
    }

    /** Whether a submission has a result, so that another attempt at it need not be published. */
    boolean isPublished(String hash, SubmissionId submission, DataEpoch epoch) throws IOException {
        for (Entry entry : KeyState.read(tree, hash).of(submission, epoch)) {
            if (isWhole(entry)) {
                return true;
            }
        }
        return false;
    }

    /** Gives a manifest its name, unless another has it whose parts are all there. */
    private boolean link(Path whole, Entry entry) throws IOException {
        while (!Disk.link(whole, entry.path(), now())) {
            if (isWhole(entry)) {
                return false;
            }
        }
        Files.deleteIfExists(whole);
        return true;
    }

    /** Whether a manifest is there with all its parts; one without is set aside. */
    private boolean isWhole(Entry entry) throws IOException {
        try {
            boolean whole = manifests.load(entry).isPresent();
            if (!whole && !Disk.isClaim(entry.path(), now())) {
                setAside(entry);
            }
            return whole;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Two attempts at a submission that became sticky in between publish in different areas, where neither name stands in
     * the way of the other: the temporary one gives way, unless the other is itself, promoted.
     */
    private boolean isTakenByAnother(Listing persistent, Manifest ours) throws IOException {
        for (Entry entry : persistent.entries()) {
            if (entry.isOf(ours.submission(), ours.epoch())) {
                try {
                    Manifest sticky = ours.withCachePolicy(CachePolicy.STICKY);
                    return manifests
                            .load(entry)
                            .filter(other -> !other.manifest().equals(sticky))
                            .isPresent();
                } catch (NoSuchFileException e) {
                    return false;
                }
            }
        }
        return false;
    }

    private void checkEpoch(Manifest manifest) throws IOException {
        DataEpoch current = epochs.current();
        if (!current.equals(manifest.epoch())) {
            throw new StaleEpochException(manifest.key(), manifest.epoch(), current);
        }
    }

    /** Removes the manifests of a key that will never be found again, and their parts. */
    Cleared tidy(String hash) throws IOException {
        DataEpoch epoch = epochs.current();
        KeyState state = KeyState.read(tree, hash);
        Cleared cleared = Cleared.NOTHING;
        for (Entry entry : state.entries()) {
            if (state.isLitter(entry, epoch)) {
                cleared = cleared.plus(remove(entry));
            }
        }
        return cleared;
    }

    boolean promote(String hash) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Optional<StoredResult> found = find(hash);
            if (found.isEmpty()) {
                return false;
            }
            StoredResult result = found.get();
            if (result.entry().area() == CachePolicy.STICKY || promote(hash, result)) {
                return true;
            }
        }
        return false;
    }

    private boolean promote(String hash, StoredResult result) throws IOException {
        String token = begin();
        boolean published = false;
        try {
            for (StoredFormat format : result.manifest().formats()) {
                // Young again, so that no other process takes what is not published yet for an orphan.
                Files.setLastModifiedTime(result.part(format.name()), FileTime.from(now()));
                tree.linkOrCopy(
                        result.part(format.name()),
                        CachePolicy.STICKY,
                        hash,
                        StoredResult.partName(token, format.name()));
            }
            Manifest sticky = result.manifest().withCachePolicy(CachePolicy.STICKY);
            published = publish(hash, token, sticky) == Outcome.PUBLISHED;
        } catch (NoSuchFileException | StaleEpochException e) {
            // Purged, replaced or promoted meanwhile: the caller looks again.
            return false;
        } finally {
            if (!published) {
                discard(CachePolicy.STICKY, hash, token);
            }
            end(token);
        }
        if (published) {
            remove(result.entry());
            Disk.removeIfEmpty(result.entry().folder());
        }
        return published;
    }

    void retract(String hash, SubmissionId upTo) throws IOException {
        CachePolicy area = CachePolicy.STICKY;
        if (!KeyState.read(tree, hash).isRetracted(upTo)) {
            try (FileChannel note = tree.newFile(area, hash, upTo + Listing.RETRACTED)) {
                note.force(true);
            }
            Files.setLastModifiedTime(
                    tree.keyFolder(area, hash).resolve(upTo + Listing.RETRACTED), FileTime.from(now()));
        }
        tree.syncAbove(area, hash);
        Disk.syncFolder(tree.keyFolder(area, hash));
        tidy(hash);
    }

    /** The latest submission up to which nothing of a key is to be found. */
    Optional<SubmissionId> retracted(String hash) throws IOException {
        Optional<SubmissionId> latest =
                Listing.read(CachePolicy.STICKY, tree.keyFolder(CachePolicy.STICKY, hash)).retractions().stream()
                        .max(Comparator.naturalOrder());
        if (latest.isEmpty()) {
            tree.requireArea(CachePolicy.STICKY);
        }
        return latest;
    }

    DataEpoch raiseEpoch() throws IOException {
        return epochs.raise();
    }

    FileCleaner cleaner() {
        return new FileCleaner(this, tree);
    }

    boolean isLive(String token) {
        return live.contains(token);
    }

    /** The manifest first: from then on nobody finds the result, and who reads it reads on. */
    Cleared remove(Entry entry) throws IOException {
        Optional<String> token = Manifests.readToken(entry.path());
        if (!Files.deleteIfExists(entry.path())) {
            return Cleared.NOTHING;
        }
        long bytes =
                token.isPresent() ? deleteParts(entry.folder(), token.get()).bytes() : 0;
        return new Cleared(1, bytes);
    }

    private static Cleared deleteParts(Path folder, String token) throws IOException {
        Cleared cleared = Cleared.NOTHING;
        for (String name : Disk.list(folder)) {
            if (name.startsWith(token + ".")) {
                cleared = cleared.plus(deleteFile(folder.resolve(name)));
            }
        }
        return cleared;
    }

    static Cleared deleteFile(Path file) throws IOException {
        try {
            long size = Files.size(file);
            return Files.deleteIfExists(file) ? new Cleared(1, size) : Cleared.NOTHING;
        } catch (NoSuchFileException e) {
            return Cleared.NOTHING;
        }
    }

    /** Makes a damaged result absent, and keeps it for a person to look at until it is swept. */
    void setAside(Entry entry) throws IOException {
        try {
            Files.setLastModifiedTime(entry.path(), FileTime.from(now()));
            Files.move(entry.path(), entry.corruptPath(), StandardCopyOption.ATOMIC_MOVE);
            Disk.syncFolder(entry.folder());
        } catch (NoSuchFileException e) {
            // Purged, or set aside by another: absent either way.
            return;
        }
    }

    /** Visits the results of an area that are found, in the order of their hashes, until the visitor has enough. */
    void forEachResult(CachePolicy area, String from, ResultVisitor visitor) throws IOException {
        tree.forEachFrom(area, from, hash -> {
            Optional<StoredResult> result =
                    find(hash).filter(found -> found.entry().area() == area);
            return result.isEmpty() || visitor.visit(hash, result.get());
        });
    }

    /** Sees one result after the other. */
    @FunctionalInterface
    interface ResultVisitor {
        /** Returns whether to go on. */
        boolean visit(String hash, StoredResult result);
    }
}
