package org.armlib.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The few operations on files that publication rests on. */
final class Disk {
    /** Folders cannot be opened there; the file system orders its own journal. */
    private static final boolean FOLDERS_CANNOT_BE_SYNCED =
            System.getProperty("os.name", "").startsWith("Windows");

    /** After this time a claim without content is one whose owner died; between the two lie two system calls. */
    private static final Duration CLAIM_LIFE = Duration.ofMinutes(1);

    /** Enough to need room of its own, where the room of a short file is found in its folder. */
    private static final int PROBE_LENGTH = 64 * 1024;

    private Disk() {}

    /** Writes a file in a folder, forces it to the disk, and removes it. */
    static void probe(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, ".probe-", "");
        try (FileChannel channel = FileChannel.open(probe, StandardOpenOption.WRITE)) {
            write(channel, new byte[PROBE_LENGTH], 0, PROBE_LENGTH);
            channel.force(true);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /** The names in a folder; none if the folder is not there. */
    static List<String> list(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    static void write(FileChannel channel, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Makes the names in a folder durable. */
    static void syncFolder(Path folder) throws IOException {
        if (!FOLDERS_CANNOT_BE_SYNCED) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * Gives the file {@code whole} the name {@code target} unless something has that name; it may lose its own.
     *
     * @return whether the name was free
     */
    static boolean link(Path whole, Path target, Instant now) throws IOException {
        try {
            Files.createLink(target, whole);
            return true;
        } catch (FileAlreadyExistsException e) {
            if (isClaim(target, now)) {
                throw busy(target, e);
            }
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            return claim(whole, target, now);
        }
    }

    /**
     * Where there are no hard links: an empty file claims the name, which only one can do, and is then replaced by the
     * whole one. Readers take an empty manifest for none.
     */
    private static boolean claim(Path whole, Path target, Instant now) throws IOException {
        try {
            Files.createFile(target);
        } catch (FileAlreadyExistsException e) {
            if (Files.size(target) > 0) {
                return false;
            }
            if (isClaim(target, now)) {
                throw busy(target, e);
            }
        }
        try {
            Files.setLastModifiedTime(target, FileTime.from(now));
            Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    /**
     * Whether a file without content holds its name for somebody who is about to publish; an old one is what a failure
     * of the machine left.
     */
    static boolean isClaim(Path target, Instant now) throws IOException {
        try {
            return Files.size(target) == 0
                    && Files.getLastModifiedTime(target).toInstant().isAfter(now.minus(CLAIM_LIFE));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static IOException busy(Path target, IOException cause) {
        return new IOException("another attempt is just publishing '" + target + "'", cause);
    }

    /** Removes a folder if it is empty. */
    static void removeIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // In use: whoever empties it removes it.
            return;
        }
    }
}
