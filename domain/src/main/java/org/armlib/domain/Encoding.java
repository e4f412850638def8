package org.armlib.domain;

/** How the bytes of a result are stored, by the names of HTTP's {@code Content-Encoding}. */
public enum Encoding {
    /** As they were written. */
    IDENTITY("identity"),
    /** RFC 1952. */
    GZIP("gzip"),
    /** RFC 8878. */
    ZSTD("zstd");

    private final String token;

    Encoding(String token) {
        this.token = token;
    }

    /** The name in HTTP and in manifests. */
    public String token() {
        return token;
    }
}
