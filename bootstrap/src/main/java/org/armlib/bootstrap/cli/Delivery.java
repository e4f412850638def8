package org.armlib.bootstrap.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Supplier;
import org.armlib.domain.RequestKey;

/** Takes a result to where it is wanted, and sees that what arrives is what was published. */
sealed interface Delivery {

    /**
     * Delivers.
     *
     * @throws DeliveryException if it cannot be read or written to its end, or is not what {@code published} says
     */
    void deliver(RequestKey key, RequestView.Result published, Supplier<InputStream> source);

    /** Into a stream, which is not closed; what is wrong can only be told afterwards. */
    static Delivery toStream(OutputStream out) {
        return new ToStream(out, "standard output", true);
    }

    /**
     * Into a file, which appears when it is whole; a device or a pipe is written to as it is.
     *
     * @throws UsageException if there cannot be such a file
     */
    static Delivery toFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new UsageException(file + ": is a folder; name the file in it");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new UsageException(file + ": there is no folder " + folder + "; make it, or name another");
        }
        return Files.exists(file) && !Files.isRegularFile(file) ? new ToDevice(file) : new ToFile(file);
    }

    /**
     * Standard output, or whatever else is open.
     *
     * @param pipe whether it may be a pipe, whose reader closes it, as {@code head} does, when it has all it wants
     */
    record ToStream(OutputStream out, String name, boolean pipe) implements Delivery {
        private static final int BUFFER = 64 * 1024;

        @Override
        public void deliver(RequestKey key, RequestView.Result published, Supplier<InputStream> source) {
            MessageDigest digest = sha256();
            long length = 0;
            try (InputStream in = source.get()) {
                byte[] buffer = new byte[BUFFER];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    digest.update(buffer, 0, count);
                    length += count;
                    if (!isWritten(buffer, count)) {
                        return;
                    }
                }
            } catch (IOException e) {
                throw new DeliveryException(
                        key,
                        "its result broke off after " + length + " of " + published.length() + " bytes: "
                                + e.getMessage() + "; try again",
                        e);
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            if (length != published.length() || !sha256.equals(published.sha256())) {
                throw new DeliveryException(
                        key,
                        "what came is not what was published: " + length + " bytes, SHA-256 " + sha256
                                + ", in place of " + published.length() + " bytes, " + published.sha256()
                                + "; try again, and if it stays so, 'armlib resubmit " + key + "'");
            }
        }

        /** False if the reader of a pipe has closed it. */
        private boolean isWritten(byte[] buffer, int count) {
            try {
                out.write(buffer, 0, count);
                out.flush();
                return true;
            } catch (IOException e) {
                if (pipe && Printer.isReaderGone(e)) {
                    return false;
                }
                throw new DeliveryException("cannot write to " + name + ": " + e.getMessage(), e);
            }
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java has SHA-256", e);
            }
        }
    }

    /** A device, a pipe: there is no making it appear. */
    record ToDevice(Path file) implements Delivery {
        @Override
        public void deliver(RequestKey key, RequestView.Result published, Supplier<InputStream> source) {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
                new ToStream(out, file.toString(), true).deliver(key, published, source);
            } catch (IOException e) {
                throw new DeliveryException("cannot write to " + file + ": " + Shown.reason(e), e);
            }
        }
    }

    /** A file of any name: written beside it first. */
    record ToFile(Path file) implements Delivery {
        @Override
        public void deliver(RequestKey key, RequestView.Result published, Supplier<InputStream> source) {
            try {
                // A link stays one, and what it leads to gets the content.
                Path whole = Files.exists(file) ? file.toRealPath() : file;
                Path part = whole.resolveSibling(".armlib-" + UUID.randomUUID() + ".part");
                write(key, published, source, part);
                Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new DeliveryException("cannot write " + file + ": " + Shown.reason(e), e);
            }
        }

        private static void write(RequestKey key, RequestView.Result published, Supplier<InputStream> source, Path part)
                throws IOException {
            // Ctrl-C may come at any time.
            part.toFile().deleteOnExit();
            boolean written = false;
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    OutputStream out = Channels.newOutputStream(channel)) {
                new ToStream(out, part.toString(), false).deliver(key, published, source);
                channel.force(true);
                written = true;
            } finally {
                if (!written) {
                    Files.deleteIfExists(part);
                }
            }
        }
    }
}
