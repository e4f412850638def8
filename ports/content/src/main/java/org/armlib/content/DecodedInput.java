package org.armlib.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.armlib.domain.StoredFormat;

/** The content of a format, which has the length that the manifest says, or ends with an exception. */
final class DecodedInput extends FilterInputStream {
    private final StoredFormat format;
    private long count;

    DecodedInput(InputStream decoded, StoredFormat format) {
        super(decoded);
        this.format = format;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? -1 : 1);
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        count(n);
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = super.skip(n);
        count(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(long n) throws IOException {
        if (n < 0 && count != format.length()) {
            throw new IOException(
                    "the format '" + format.name() + "' ends after " + count + " of " + format.length() + " bytes");
        }
        count += Math.max(n, 0);
        if (count > format.length()) {
            throw new IOException("the format '" + format.name() + "' has more than its " + format.length() + " bytes");
        }
    }
}
