package org.armlib.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.armlib.content.Contents;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.RequestKey;

/**
 * The folders: {@code persistent/ab/<hash>} and {@code temporary/ab/<hash>}, where the hash is the SHA-256 of the key in
 * hexadecimal and {@code ab} its first two digits. A folder of a key comes with the first file in it and goes with the
 * last. Those above are made with the cache, so that a commit need not sync them: at 10,000 bytes a result that would be
 * a third of its time.
 */
final class Tree {
    static final String HASH = "[0-9a-f]{64}";
    private static final String FAN = "[0-9a-f]{2}";
    private static final int FANS = 256;
    private static final int FAN_DIGITS = 2;
    static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path root;
    private final FileAccess access;

    Tree(Path root, FileAccess access) {
        this.root = root;
        this.access = access;
    }

    static String hash(RequestKey key) {
        return HexFormat.of().formatHex(Contents.sha256().digest(key.value().getBytes(StandardCharsets.UTF_8)));
    }

    Path root() {
        return root;
    }

    Path epochs() {
        return root.resolve("epoch");
    }

    Path area(CachePolicy policy) {
        return root.resolve(
                switch (policy) {
                    case STICKY -> "persistent";
                    case TEMPORARY -> "temporary";
                });
    }

    /** @throws NoSuchFileException if the folder of an area is not there, so that an empty answer would mean nothing */
    void requireArea(CachePolicy policy) throws NoSuchFileException {
        if (!Files.isDirectory(area(policy))) {
            throw new NoSuchFileException(
                    area(policy).toString(), null, "the cache's folder was removed while it was in use");
        }
    }

    Path keyFolder(CachePolicy policy, String hash) {
        return fanFolder(policy, hash).resolve(hash);
    }

    private Path fanFolder(CachePolicy policy, String hash) {
        return area(policy).resolve(hash.substring(0, FAN_DIGITS));
    }

    /** Makes what is missing, durably. */
    void create() throws IOException {
        // Followed first: for a link to a folder, createDirectories would say that it exists.
        Path real = Files.exists(root) ? root.toRealPath() : root.toAbsolutePath();
        Path existing = real;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        Files.createDirectories(real, access.folders());
        Files.createDirectories(epochs(), access.folders());
        for (CachePolicy policy : CachePolicy.values()) {
            for (int i = 0; i < FANS; i++) {
                Files.createDirectories(area(policy).resolve(HexFormat.of().toHexDigits((byte) i)), access.folders());
            }
            Disk.syncFolder(area(policy));
        }
        for (Path folder = real; folder != null && folder.startsWith(existing); folder = folder.getParent()) {
            Disk.syncFolder(folder);
        }
    }

    /** A new file in the folder of a key, which is made if need be. */
    FileChannel newFile(CachePolicy policy, String hash, String name) throws IOException {
        Path folder = keyFolder(policy, hash);
        while (true) {
            makeFolder(policy, hash);
            try {
                return FileChannel.open(folder.resolve(name), NEW_FILE, access.files());
            } catch (NoSuchFileException e) {
                // Somebody found the folder empty and removed it before the file was there: make it again.
                if (!Files.isDirectory(area(policy))) {
                    throw e;
                }
            }
        }
    }

    /** Gives a file a second name in the folder of a key, or a copy where there are no second names. */
    void linkOrCopy(Path existing, CachePolicy policy, String hash, String name) throws IOException {
        Path target = keyFolder(policy, hash).resolve(name);
        makeFolder(policy, hash);
        try {
            Files.createLink(target, existing);
        } catch (IOException | UnsupportedOperationException e) {
            try (FileChannel from = FileChannel.open(existing, StandardOpenOption.READ);
                    FileChannel to = newFile(policy, hash, name)) {
                long size = from.size();
                long at = 0;
                while (at < size) {
                    at += from.transferTo(at, size - at, to);
                }
                to.force(true);
            }
        }
    }

    private void makeFolder(CachePolicy policy, String hash) throws IOException {
        Path folder = keyFolder(policy, hash);
        while (!Files.isDirectory(folder)) {
            try {
                Files.createDirectory(folder, access.folders());
            } catch (FileAlreadyExistsException e) {
                return;
            } catch (NoSuchFileException e) {
                if (!Files.isDirectory(area(policy))) {
                    throw e;
                }
                Files.createDirectories(fanFolder(policy, hash), access.folders());
                Disk.syncFolder(area(policy));
            }
        }
    }

    /** Makes the name of a key's folder durable. */
    void syncAbove(CachePolicy policy, String hash) throws IOException {
        Disk.syncFolder(fanFolder(policy, hash));
    }

    /** The hashes of an area in their order, from one on; those of folders that are gone meanwhile are left out. */
    void forEachFrom(CachePolicy policy, String from, Visitor visitor) throws IOException {
        forEachFrom(
                policy,
                from,
                failure -> {
                    throw failure;
                },
                visitor);
    }

    /** As {@link #forEachFrom(CachePolicy, String, Visitor)}; goes on after a failure that {@code onFailure} accepts. */
    void forEachFrom(CachePolicy policy, String from, FailureHandler onFailure, Visitor visitor) throws IOException {
        requireArea(policy);
        Path area = area(policy);
        for (String fan : sorted(area, FAN, from.substring(0, Math.min(FAN_DIGITS, from.length())))) {
            List<String> hashes = List.of();
            try {
                hashes = sorted(area.resolve(fan), HASH, from);
            } catch (IOException e) {
                onFailure.failed(e);
            }
            for (String hash : hashes) {
                boolean more = true;
                try {
                    more = visitor.visit(hash);
                } catch (IOException e) {
                    onFailure.failed(e);
                }
                if (!more) {
                    return;
                }
            }
        }
    }

    private static List<String> sorted(Path folder, String pattern, String from) throws IOException {
        return Disk.list(folder).stream()
                .filter(name -> name.matches(pattern) && name.compareTo(from) >= 0)
                .sorted()
                .toList();
    }

    /** Accepts a failure of one folder, or throws it. */
    @FunctionalInterface
    interface FailureHandler {
        /** Returns to continue with the next folder. */
        void failed(IOException failure) throws IOException;
    }

    /** Sees one key after the other. */
    @FunctionalInterface
    interface Visitor {
        /** Returns whether to go on. */
        boolean visit(String hash) throws IOException;
    }
}
