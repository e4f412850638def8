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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.RequestKey;

/**
 * The folders: {@code persistent/ab/cd/<hash>} and {@code temporary/ab/cd/<hash>}, where the hash is the SHA-256 of the
 * key in hexadecimal. A folder of a key comes with the first file in it and goes with the last; those above it stay.
 */
final class Tree {
    static final String HASH = "[0-9a-f]{64}";
    private static final String FAN = "[0-9a-f]{2}";
    private static final int FANS = 256;
    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path root;

    /** The folders above those of keys whose names this process has made durable: one bit each. */
    private final BitSet durable = new BitSet();

    Tree(Path root) {
        this.root = root;
    }

    static String hash(RequestKey key) {
        return HexFormat.of().formatHex(sha256().digest(key.value().getBytes(StandardCharsets.UTF_8)));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
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

    Path keyFolder(CachePolicy policy, String hash) {
        return fanFolder(policy, hash).resolve(hash.substring(2, 4)).resolve(hash);
    }

    private Path fanFolder(CachePolicy policy, String hash) {
        return area(policy).resolve(hash.substring(0, 2));
    }

    /** Makes what is missing, durably. */
    void create() throws IOException {
        // Followed first: for a link to a folder, createDirectories would say that it exists.
        Path real = Files.exists(root) ? root.toRealPath() : root.toAbsolutePath();
        Path existing = real;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        Files.createDirectories(real);
        Files.createDirectories(epochs());
        for (CachePolicy policy : CachePolicy.values()) {
            Files.createDirectories(area(policy));
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
                return FileChannel.open(folder.resolve(name), NEW_FILE);
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
                Files.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                return;
            } catch (NoSuchFileException e) {
                synchronized (durable) {
                    durable.clear(bit(policy, hash));
                }
                Files.createDirectories(fanFolder(policy, hash).resolve(hash.substring(2, 4)));
            }
        }
    }

    /** Makes the name of a key's folder durable, and those above it. */
    void syncAbove(CachePolicy policy, String hash) throws IOException {
        Path fan = fanFolder(policy, hash);
        Disk.syncFolder(fan.resolve(hash.substring(2, 4)));
        int bit = bit(policy, hash);
        synchronized (durable) {
            if (durable.get(bit)) {
                return;
            }
        }
        Disk.syncFolder(fan);
        Disk.syncFolder(area(policy));
        synchronized (durable) {
            durable.set(bit);
        }
    }

    /** The hashes of an area in their order, from one on; those of folders that are gone meanwhile are left out. */
    void forEachFrom(CachePolicy policy, String from, Visitor visitor) throws IOException {
        Path area = area(policy);
        for (String first : sorted(area, FAN, prefix(from, 2))) {
            for (String second : sorted(area.resolve(first), FAN, "")) {
                if ((first + second).compareTo(prefix(from, 4)) >= 0) {
                    for (String hash : sorted(area.resolve(first).resolve(second), HASH, from)) {
                        if (!visitor.visit(hash)) {
                            return;
                        }
                    }
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

    private static String prefix(String text, int length) {
        return text.substring(0, Math.min(length, text.length()));
    }

    private static int bit(CachePolicy policy, String hash) {
        int area = switch (policy) {
            case STICKY -> 0;
            case TEMPORARY -> 1;
        };
        return area * FANS * FANS + Integer.parseInt(hash.substring(0, 4), 16);
    }

    /** Sees one key after the other. */
    @FunctionalInterface
    interface Visitor {
        /** Returns whether to go on. */
        boolean visit(String hash) throws IOException;
    }
}
