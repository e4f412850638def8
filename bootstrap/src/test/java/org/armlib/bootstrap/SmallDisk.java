package org.armlib.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A file system of 1 MiB at a folder of a test, which can be filled and mounted with other options. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts a file system; the test is skipped where that is not allowed.
     *
     * @param options more options of mount, separated by commas, such as {@code noexec}
     */
    public static SmallDisk mount(Path folder, String options) throws IOException {
        Files.createDirectories(folder);
        Assumptions.assumeTrue(
                succeeds("mount", "-t", "tmpfs", "-o", "size=1m," + options, "tmpfs", folder.toString()),
                "a small file system can be mounted");
        return new SmallDisk(folder);
    }

    /** Returns the folder at which it is mounted. */
    public Path folder() {
        return folder;
    }

    /** Writes a file until there is less room than 10 kB. */
    public void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast())) {
            byte[] block = new byte[10_000];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    /** Removes what {@link #fill} has written. */
    public void makeRoom() throws IOException {
        Files.delete(ballast());
    }

    /** Changes an option, such as to {@code ro}. */
    public void remount(String option) throws IOException {
        assertThat(succeeds("mount", "-o", "remount," + option, folder.toString()))
                .as("remounted %s", option)
                .isTrue();
    }

    @Override
    public void close() throws IOException {
        // Lazily, as a process that a failed test leaves behind may still have files open.
        assertThat(succeeds("umount", "-l", folder.toString())).as("unmounted").isTrue();
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    private static boolean succeeds(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }
}
