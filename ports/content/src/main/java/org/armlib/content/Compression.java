package org.armlib.content;

import org.armlib.domain.Encoding;

/** How a cache stores what is written from now on; what is stored already is read as it is. */
public enum Compression {
    /** As written. */
    NONE(Encoding.IDENTITY),
    /** RFC 1952: every HTTP client reads it as stored. */
    GZIP(Encoding.GZIP),
    /** RFC 8878: smaller and faster than gzip, read as stored by the newer HTTP clients. */
    ZSTD(Encoding.ZSTD);

    private final Encoding encoding;

    Compression(Encoding encoding) {
        this.encoding = encoding;
    }

    /** What manifests call it. */
    public Encoding encoding() {
        return encoding;
    }
}
