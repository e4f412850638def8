package org.armlib.content;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.armlib.domain.Encoding;

/** Encoders and decoders over streams. Both kinds hold memory outside the heap until they are closed. */
final class Codecs {
    private static final int BUFFER = 64 * 1024;

    private Codecs() {}

    static OutputStream encode(Encoding encoding, OutputStream stored) throws IOException {
        return switch (encoding) {
            case IDENTITY -> stored;
            case GZIP -> new GZIPOutputStream(stored, BUFFER);
            case ZSTD -> zstd(() -> new ZstdOutputStreamNoFinalizer(stored, Zstd.defaultCompressionLevel()));
        };
    }

    static InputStream decode(Encoding encoding, InputStream stored) throws IOException {
        return switch (encoding) {
            case IDENTITY -> stored;
            case GZIP -> new GZIPInputStream(stored, BUFFER);
            case ZSTD -> zstd(() -> new ZstdInputStreamNoFinalizer(stored));
        };
    }

    /** Its native library is unpacked to the temporary folder when it is first used, and loaded from there. */
    private static <T> T zstd(Opening<T> opening) throws IOException {
        try {
            return opening.open();
        } catch (LinkageError e) {
            throw new IOException(
                    "zstd cannot be loaded: " + e.getMessage()
                            + "; set java.io.tmpdir to a folder from which code may be run, or the cache's compression to"
                            + " gzip",
                    e);
        }
    }

    private interface Opening<T> {
        T open() throws IOException;
    }
}
