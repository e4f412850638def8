package org.armlib.file;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
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

    /** What was listed, unless the times may hide a change, and since when they are these. */
    private record Known(Times times, long since, Optional<List<Entry>> listed) {}

    /** @param nanoTime as {@link System#nanoTime} */
    Candidates(Tree tree, Epochs epochs, LongSupplier nanoTime) {
        this.tree = tree;
        this.epochs = epochs;
        this.nanoTime = nanoTime;
        this.hasTimes = tree.root().getFileSystem() == FileSystems.getDefault();
    }

    /** The manifest that counts; two while a result is on its way to the persistent area. */
    List<Entry> of(String hash) throws IOException {
        if (!hasTimes) {
            return list(hash);
        }
        Times times = times(hash);
        long now = nanoTime.getAsLong();
        Optional<Known> last = known(hash).filter(before -> before.times().equals(times));
        Optional<List<Entry>> kept = last.flatMap(Known::listed);
        if (kept.isPresent()) {
            return kept.get();
        }
        long since = last.map(Known::since).orElse(now);
        List<Entry> listed = list(hash);
        boolean settled = now - since > SETTLED_NANOS;
        keep(hash, new Known(times, since, settled ? Optional.of(listed) : Optional.empty()));
        return listed;
    }

    private List<Entry> list(String hash) throws IOException {
        // The epoch first: what is of an older one by then is not found.
        DataEpoch epoch = epochs.current();
        return KeyState.read(tree, hash).current(epoch);
    }

    private Times times(String hash) {
        return new Times(
                changed(tree.epochs()),
                changed(tree.keyFolder(CachePolicy.TEMPORARY, hash)),
                changed(tree.keyFolder(CachePolicy.STICKY, hash)));
    }

    private static long changed(Path folder) {
        return folder.toFile().lastModified();
    }

    private synchronized Optional<Known> known(String hash) {
        return Optional.ofNullable(known.get(hash));
    }

    private synchronized void keep(String hash, Known found) {
        known.put(hash, found);
    }
}
