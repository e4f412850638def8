package org.armlib.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.domain.StoredFormat;
import org.armlib.json.JsonForms;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of manifests. What was read of late is kept: the content of a file that is still the same file, of the
 * same length and the same time, is still the same. Whether that and the parts are still there need not be looked at each time
 * if nothing in the folder has changed: then only damage can have happened, and that is seen a second later. Thread-safe.
 */
final class Manifests {
    private static final Pattern FILE = Pattern.compile(
            "\\{\"parts\":\"(?<token>[0-9a-f]{" + StoredResult.TOKEN_DIGITS + "})\",\"manifest\":(?<manifest>.*)\\}\n",
            Pattern.DOTALL);

    /** Longer than any manifest: parameters, several times over where they are escaped, and some formats. */
    private static final int LONGEST = 4 << 20;

    /** How many bytes of files are kept in all, and of one at most: those with large parameters are read again. */
    private static final long MOST = 4 << 20;

    private static final long MOST_OF_ONE = 16 << 10;

    private static final long LOOKED_AT_NANOS = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanoTime;
    private final Map<Path, Known> known = new LinkedHashMap<>(16, 0.75f, true);
    private long size;

    /** What a file had in it, by what to see that it is the same, and when all of it was seen to be there. */
    private record Known(Object file, FileTime modified, long size, StoredResult result, long whole) {
        boolean is(BasicFileAttributes now) {
            return size == now.size() && modified.equals(now.lastModifiedTime()) && file.equals(now.fileKey());
        }

        Known wholeAt(long now) {
            return new Known(file, modified, size, result, now);
        }
    }

    /** @param nanoTime as {@link System#nanoTime} */
    Manifests(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Loads a manifest in whose folder nothing has changed since it was last loaded.
     *
     * @return as {@link #load}
     */
    Optional<StoredResult> loadUnchanged(Entry entry) throws IOException {
        Known last = known(entry.path());
        return last != null && nanoTime.getAsLong() - last.whole() < LOOKED_AT_NANOS
                ? Optional.of(last.result())
                : load(entry);
    }

    /**
     * Reads a manifest and looks whether its parts are there.
     *
     * @return empty if the manifest cannot be read, or a part is missing or of another length
     * @throws NoSuchFileException if the manifest is not there any more
     */
    Optional<StoredResult> load(Entry entry) throws IOException {
        Path path = entry.path();
        Known last = known(path);
        long now = nanoTime.getAsLong();
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Optional<Known> read = last != null && last.is(attributes) ? Optional.of(last) : read(entry, attributes, now);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        StoredResult result = read.get().result();
        for (StoredFormat format : result.manifest().formats()) {
            if (!result.isWhole(format)) {
                // Manifests go first: if this one is gone, so is the result, and it is not damaged.
                Files.size(path);
                return Optional.empty();
            }
        }
        keep(path, read.get().wholeAt(now));
        return Optional.of(result);
    }

    /** The token in a manifest, whatever else is wrong with it. */
    static Optional<String> readToken(Path manifest) throws IOException {
        try {
            Matcher matcher = FILE.matcher(text(manifest));
            return matcher.matches() ? Optional.of(matcher.group("token")) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Optional<Known> read(Entry entry, BasicFileAttributes attributes, long now) throws IOException {
        Matcher matcher = FILE.matcher(text(entry.path()));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            Manifest manifest =
                    JsonForms.readManifest(matcher.group("manifest")).withCachePolicy(entry.area());
            if (!entry.isIn(Tree.hash(manifest.key()))) {
                // Of another key: somebody has moved it here.
                return Optional.empty();
            }
            // Where files have no identity of their own, a new object is the same as no other.
            Object file = attributes.fileKey() == null ? new Object() : attributes.fileKey();
            return Optional.of(new Known(
                    file,
                    attributes.lastModifiedTime(),
                    attributes.size(),
                    new StoredResult(entry, matcher.group("token"), manifest),
                    now));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    private synchronized @Nullable Known known(Path path) {
        return known.get(path);
    }

    private synchronized void keep(Path path, Known read) {
        Known before = known.remove(path);
        size -= before == null ? 0 : before.size();
        if (read.size() > MOST_OF_ONE) {
            return;
        }
        known.put(path, read);
        size += read.size();
        Iterator<Known> oldest = known.values().iterator();
        while (size > MOST) {
            size -= oldest.next().size();
            oldest.remove();
        }
    }

    /** The content of a file; of what is no regular file, a link included, or too long for a manifest, nothing. */
    private static String text(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile() || attributes.size() > LONGEST) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            // Not readString, which throws if damage has left no UTF-8.
            return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
        }
    }
}
