package org.armlib.domain;

/**
 * One format of a published result.
 *
 * @param name its name and suffix
 * @param mediaType for example {@code text/csv}
 * @param length of the content as it was written, in bytes
 * @param sha256 of the content as it was written, 64 hexadecimal digits
 * @param encoding how it is stored
 * @param storedLength of the content as it is stored, in bytes
 */
public record StoredFormat(
        FormatName name, String mediaType, long length, String sha256, Encoding encoding, long storedLength) {

    /** @throws InvalidRequestException if a length is negative, or the digest is none */
    public StoredFormat {
        if (length < 0 || storedLength < 0) {
            throw new InvalidRequestException("format", "'" + name + "' has a negative length");
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new InvalidRequestException(
                    "format", "'" + name + "' has '" + Text.escape(sha256) + "' for a SHA-256, not 64 of 0-9 a-f");
        }
    }
}
