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
        FormatName name, String mediaType, long length, String sha256, Encoding encoding, long storedLength) {}
