package org.armlib.memory;

import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.armlib.domain.Encoding;
import org.armlib.domain.FormatName;
import org.armlib.domain.StoredFormat;

/** The bytes of one format: written by one thread at a time, and read by any number once that is over. */
final class Content {
    private static final int FIRST_CHUNK = 8 * 1024;
    private static final int LARGEST_CHUNK = 1024 * 1024;

    private final String mediaType;
    private final MessageDigest written = sha256();
    private final List<byte[]> chunks = new ArrayList<>();
    private int usedOfLast;
    private long length;

    Content(String mediaType) {
        this.mediaType = mediaType;
    }

    void append(byte[] bytes, int offset, int count) {
        written.update(bytes, offset, count);
        int done = 0;
        while (done < count) {
            byte[] chunk = chunkWithRoom();
            int part = Math.min(count - done, chunk.length - usedOfLast);
            System.arraycopy(bytes, offset + done, chunk, usedOfLast, part);
            usedOfLast += part;
            done += part;
        }
        length += count;
    }

    long length() {
        return length;
    }

    /** The format's part of the manifest; once, when everything is written. */
    StoredFormat describe(FormatName name) {
        return new StoredFormat(
                name, mediaType, length, HexFormat.of().formatHex(written.digest()), Encoding.IDENTITY, length);
    }

    /** The SHA-256 of the bytes as they are now, 64 hexadecimal digits. */
    String digest() {
        MessageDigest digest = sha256();
        for (int i = 0; i < chunks.size(); i++) {
            digest.update(chunks.get(i), 0, used(i));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    InputStream open() {
        return new Reader();
    }

    /** Changes the first byte. */
    void damage() {
        chunks.get(0)[0] ^= 1;
    }

    private byte[] chunkWithRoom() {
        byte[] last = chunks.isEmpty() ? new byte[0] : chunks.get(chunks.size() - 1);
        if (usedOfLast < last.length) {
            return last;
        }
        // Every chunk but the last is full, so that only the last needs a count.
        byte[] next = new byte[Math.min(Math.max(FIRST_CHUNK, 2 * last.length), LARGEST_CHUNK)];
        chunks.add(next);
        usedOfLast = 0;
        return next;
    }

    private int used(int chunk) {
        return chunk < chunks.size() - 1 ? chunks.get(chunk).length : usedOfLast;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private final class Reader extends InputStream {
        private int chunk;
        private int position;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) {
            if (count == 0) {
                return 0;
            }
            while (chunk < chunks.size() && position == used(chunk)) {
                chunk++;
                position = 0;
            }
            if (chunk == chunks.size()) {
                return -1;
            }
            int part = Math.min(count, used(chunk) - position);
            System.arraycopy(chunks.get(chunk), position, into, offset, part);
            position += part;
            return part;
        }
    }
}
