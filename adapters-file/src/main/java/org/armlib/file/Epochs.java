package org.armlib.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.armlib.domain.DataEpoch;

/**
 * The data epoch, as files named by number of which the greatest counts: raising it is creating the next, which one
 * process alone can do.
 */
final class Epochs {
    static final int DIGITS = 19;

    /**
     * How many of the latest stay. The greatest is never removed, so the greatest never falls; and while fewer than this
     * many lie above a number just created, that number cannot have been there before and been removed.
     */
    private static final int KEPT = 16;

    private static final Pattern NAME = Pattern.compile("[0-9]{" + DIGITS + "}");

    private final Path folder;
    private final FileAccess access;

    Epochs(Path folder, FileAccess access) {
        this.folder = folder;
        this.access = access;
    }

    static String name(DataEpoch epoch) {
        String number = Long.toString(epoch.value());
        return "0".repeat(DIGITS - number.length()) + number;
    }

    DataEpoch current() throws IOException {
        long greatest = 0;
        for (String name : Disk.list(folder)) {
            greatest = Math.max(greatest, number(name));
        }
        if (greatest == 0 && !Files.isDirectory(folder)) {
            throw new NoSuchFileException(
                    folder.toString(), null, "the cache's folder was removed while it was in use");
        }
        return new DataEpoch(greatest);
    }

    DataEpoch raise() throws IOException {
        while (true) {
            DataEpoch next = current().next();
            Path file = folder.resolve(name(next));
            try (FileChannel channel = FileChannel.open(file, Tree.NEW_FILE, access.files())) {
                channel.force(true);
            } catch (FileAlreadyExistsException e) {
                continue;
            }
            Disk.syncFolder(folder);
            if (current().value() - next.value() < KEPT) {
                removeBelow(next.value() - KEPT);
                return next;
            }
            Files.deleteIfExists(file);
        }
    }

    private void removeBelow(long least) throws IOException {
        for (String name : Disk.list(folder)) {
            long number = number(name);
            if (number > 0 && number < least) {
                Files.deleteIfExists(folder.resolve(name));
            }
        }
    }

    private static long number(String name) {
        return NAME.matcher(name).matches() ? Long.parseLong(name) : 0;
    }
}
