package org.armlib.http.gateway;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.armlib.domain.RequestKey;
import org.armlib.ports.PermanentFailureException;

/**
 * The content codings of a response (RFC 9110, section 8.4): gzip is decoded, although none is asked for, as some servers
 * send nothing else.
 *
 * <p>Many servers describe a file that is gzip itself, such as {@code rows.csv.gz}, both by its media type and by the
 * coding, although it is compressed once. Its bytes are the result then: what decoding yields is stored only if that is
 * gzip again, as the media type says.
 */
final class ContentCodings {
    /** The start of every gzip member (RFC 1952, section 2.3.1). */
    private static final int[] MAGIC = {0x1f, 0x8b};

    /** Each further layer may make a small body a thousand times as large. */
    private static final int MAX_LAYERS = 2;

    private static final int BUFFER = 64 * 1024;

    private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

    private ContentCodings() {}

    /** Returns the codings in the order in which they were applied, in lower case, without those that change nothing. */
    static List<String> of(HttpHeaders headers) {
        return headers.allValues("content-encoding").stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
                .toList();
    }

    /**
     * Returns the body that a response with {@code codings} and of media type {@code contentType} carries.
     *
     * @throws PermanentFailureException if it cannot be decoded
     * @throws IOException if it cannot be read
     */
    static InputStream decoded(InputStream body, List<String> codings, String contentType, RequestKey key)
            throws IOException {
        if (!GZIP.containsAll(codings)) {
            throw new PermanentFailureException(
                    key,
                    "the upstream's answer is encoded as '" + String.join(", ", codings)
                            + "', which was not asked for and cannot be decoded; only gzip can");
        }
        if (codings.size() > MAX_LAYERS) {
            throw new PermanentFailureException(
                    key,
                    "the upstream's answer is encoded " + codings.size() + " times; at most " + MAX_LAYERS
                            + " times is accepted");
        }
        InputStream content = body;
        for (int layer = codings.size(); layer > 0; layer--) {
            BufferedInputStream encoded = new BufferedInputStream(content, BUFFER);
            if (!startsWithMagic(encoded)) {
                throw new PermanentFailureException(
                        key,
                        "the upstream's answer says 'Content-Encoding: " + String.join(", ", codings)
                                + "' but is not encoded so");
            }
            if (layer == 1 && MediaTypes.isGzip(contentType) && !isGzipWithin(encoded)) {
                return encoded;
            }
            content = new GZIPInputStream(encoded, BUFFER);
        }
        return content;
    }

    /** Looks at the first bytes of a stream and leaves them in it; true if there are none, which is an error of its own. */
    private static boolean startsWithMagic(BufferedInputStream in) throws IOException {
        in.mark(MAGIC.length);
        try {
            return startsWith(in, MAGIC, true);
        } finally {
            in.reset();
        }
    }

    /** Decodes the beginning of a stream and leaves it as it is. */
    private static boolean isGzipWithin(BufferedInputStream in) throws IOException {
        in.mark(BUFFER);
        try (InputStream start = new GZIPInputStream(new Beginning(in, BUFFER), 512)) {
            return startsWith(start, MAGIC, false);
        } catch (EOFException | ZipException e) {
            return false;
        } finally {
            in.reset();
        }
    }

    private static boolean startsWith(InputStream in, int[] bytes, boolean ifEmpty) throws IOException {
        for (int i = 0; i < bytes.length; i++) {
            int read = in.read();
            if (read < 0 && i == 0) {
                return ifEmpty;
            }
            if (read != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** The first bytes of a stream, which stays open. */
    private static final class Beginning extends FilterInputStream {
        private int left;

        Beginning(InputStream in, int length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(into, offset, Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }

        @Override
        public void close() {
            // What follows is read by others.
            left = 0;
        }
    }
}
