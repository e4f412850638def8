package org.armlib.file;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;

/**
 * Says which manifests count for a key. What was listed is kept: as long as the times at which its folders were changed are the
 * same, nothing was added to them or removed. Thread-safe.
 *
 * <p>A folder may change twice within one tick of the file system's clock, so that the second change does not show. Therefore
 * only what is listed after the times have stayed the same for longer than any such tick is kept.
 */
final class Candidates {
    private static final long SETTLED_NANOS = Duration.ofSeconds(3).toNanos();
    private static final int MOST = 10_000;

    private final Tree tree;
    private final Epochs epochs;
    private final LongSupplier nanoTime;
    private final boolean hasTimes;
    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    };

    /** When the folders that matter to a key were last changed, in milliseconds; 0 for one that is not there. */
    private record Times(long epochs, long temporary, long persistent) {}

    /** The folders that matter to a key. */
    private record Folders(File epochs, File temporary, File persistent) {
        Times times() {
            return new Times(epochs.lastModified(), temporary.lastModified(), persistent.lastModified());
        }
    }

    /** What was listed, unless the times may hide a change, and since when they are these. */
    private record Known(Folders folders, Times times, long since, Optional<List<Entry>> listed) {}

    /** @param nanoTime as {@link System#nanoTime} */
    Candidates(Tree tree, Epochs epochs, LongSupplier nanoTime) {
        this.tree = tree;
        this.epochs = epochs;
        this.nanoTime = nanoTime;
        this.hasTimes = tree.root().getFileSystem() == FileSystems.getDefault();
    }

    /**
     * What counts for a key.
     *
     * @param manifests one at most, or two while a result is on its way to the persistent area
     * @param unchanged whether nothing in their folders has changed for longer than times may hide
     */
    record Found(List<Entry> manifests, boolean unchanged) {}

    /** The manifests that count. */
    Found of(String hash) throws IOException {
        if (!hasTimes) {
            return new Found(list(hash), false);
        }
        Optional<Known> before = known(hash);
        Folders folders = before.map(Known::folders).orElseGet(() -> folders(hash));
        Times times = folders.times();
        long now = nanoTime.getAsLong();
        Optional<Known> last = before.filter(known -> known.times().equals(times));
        Optional<List<Entry>> kept = last.flatMap(Known::listed);
        if (kept.isPresent()) {
            return new Found(kept.get(), true);
        }
        long since = last.map(Known::since).orElse(now);
        List<Entry> listed = list(hash);
        boolean settled = now - since > SETTLED_NANOS;
        keep(hash, new Known(folders, times, since, settled ? Optional.of(listed) : Optional.empty()));
        return new Found(listed, false);
    }

    private List<Entry> list(String hash) throws IOException {
        // The epoch first: what is of an older one by then is not found.
        DataEpoch epoch = epochs.current();
        return KeyState.read(tree, hash).current(epoch);
    }

    private Folders folders(String hash) {
        return new Folders(
                tree.epochs().toFile(),
                tree.keyFolder(CachePolicy.TEMPORARY, hash).toFile(),
                tree.keyFolder(CachePolicy.STICKY, hash).toFile());
    }

    private synchronized Optional<Known> known(String hash) {
        return Optional.ofNullable(known.get(hash));
    }

    private synchronized void keep(String hash, Known found) {
        known.put(hash, found);
    }
}
