package org.armlib.http.api;

import java.io.InputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.armlib.domain.Manifest;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.CachedResult;

/**
 * One form in which a format of a result can be sent.
 *
 * @param encoded whether as it is stored, in the encoding of the format, or else as it was written
 */
record Representation(Manifest manifest, StoredFormat format, boolean encoded) {

    long length() {
        return encoded ? format.storedLength() : format.length();
    }

    /** A strong entity tag. */
    String tag() {
        return '"' + format.sha256() + (encoded ? "-" + format.encoding().token() : "") + '"';
    }

    /** The digest of the content as it was written, in the form of RFC 9530. */
    String digest() {
        return "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(format.sha256())) + ":";
    }

    Optional<InputStream> open(CachedResult result) {
        return encoded ? result.openStored(format.name()) : result.open(format.name());
    }
}
