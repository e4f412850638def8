package org.armlib.aws.s3;

import org.armlib.domain.CachePolicy;
import org.armlib.domain.Encoding;
import org.armlib.domain.StoredFormat;
import org.jspecify.annotations.Nullable;

/** A part of a result, and what those who fetch it from the store are told of it. */
record PartName(String key, CachePolicy area, String mediaType, Encoding encoding) {
    /** The value of the header, absent for what is stored as it was written. */
    @Nullable
    String contentEncoding() {
        return encoding == Encoding.IDENTITY ? null : encoding.token();
    }

    static PartName of(String key, CachePolicy area, StoredFormat format) {
        return new PartName(key, area, format.mediaType(), format.encoding());
    }

    /** Of a result that has no formats. */
    static PartName empty(String key, CachePolicy area) {
        return new PartName(key, area, "application/octet-stream", Encoding.IDENTITY);
    }
}
