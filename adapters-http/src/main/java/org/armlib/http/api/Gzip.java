package org.armlib.http.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compression of what the API writes itself: JSON, problems, the console's files, metrics. Results are sent as the cache
 * stores them, and event streams as they come.
 *
 * <p>That the length of a compressed answer depends on what is in it gives nothing away (the BREACH attack): no answer
 * repeats a token, and pages of other sites cannot read lengths of calls that carry one.
 */
final class Gzip {
    /** The name of the content coding. */
    static final String CODING = "gzip";

    /** A body below this, in bytes, fits into one packet with its headers as it is. */
    static final int MIN_LENGTH = 1024;

    private Gzip() {}

    /** Whether a body is sent compressed to clients that accept it. */
    static boolean isWorthIt(String contentType, int length) {
        return length >= MIN_LENGTH && !contentType.startsWith("image/png") && !contentType.startsWith("image/x-icon");
    }

    /** Compresses an answer that is written for one call. */
    static byte[] fast(byte[] body) {
        return compressed(body, Deflater.BEST_SPEED);
    }

    /** Compresses what is sent again and again. */
    static byte[] small(byte[] body) {
        return compressed(body, Deflater.BEST_COMPRESSION);
    }

    private static byte[] compressed(byte[] body, int level) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 3 + 64);
        try (GZIPOutputStream out = new Leveled(compressed, level)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return compressed.toByteArray();
    }

    private static final class Leveled extends GZIPOutputStream {
        Leveled(ByteArrayOutputStream out, int level) throws IOException {
            super(out, 8192);
            def.setLevel(level);
        }
    }
}
