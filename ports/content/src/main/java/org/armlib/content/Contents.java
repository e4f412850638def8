package org.armlib.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.armlib.domain.StoredFormat;

/** Reads stored content, and takes its digest. Safe for use by many threads. */
public final class Contents {
    private static final int BUFFER = 64 * 1024;

    private Contents() {}

    /**
     * Checks that results can be encoded on this machine.
     *
     * @throws IOException if the library of the encoding cannot be loaded; says what to do
     */
    public static void check(Compression compression) throws IOException {
        Codecs.encode(compression.encoding(), OutputStream.nullOutputStream()).close();
    }

    /**
     * What was written, of what is stored. The stream ends with an {@link IOException} if the stored bytes do not decode,
     * or to more or fewer bytes than the manifest says. It holds memory outside the heap until it is closed.
     *
     * @param stored closed with the stream, and when this method fails
     * @throws IOException if the stored bytes do not even begin as they should
     */
    public static InputStream decode(StoredFormat format, InputStream stored) throws IOException {
        try {
            return new DecodedInput(Codecs.decode(format.encoding(), stored), format);
        } catch (IOException e) {
            stored.close();
            throw e;
        }
    }

    /**
     * Reads all that is stored of a format, and says what is wrong with it.
     *
     * @param stored closed by this method
     * @return empty if it is what was published
     * @throws StoreReadException if the stream does, so that nobody knows
     */
    public static Optional<String> damage(StoredFormat format, InputStream stored) throws StoreReadException {
        try {
            String sha256 = sha256(decode(format, stored));
            return sha256.equals(format.sha256())
                    ? Optional.empty()
                    : Optional.of("its SHA-256 is " + sha256 + ", published was " + format.sha256());
        } catch (StoreReadException e) {
            throw e;
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The SHA-256 of all that is left of a stream, in hexadecimal; the stream is closed. */
    public static String sha256(InputStream content) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        try (content) {
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A new digest. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
