package org.armlib.aws.s3;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.armlib.content.Contents;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.RequestKey;

/**
 * The names of objects, below a prefix:
 *
 * <ul>
 *   <li>{@code state}: the epoch and the generation of temporary results, see {@link State};
 *   <li>{@code probe/<token>}: written and removed to find out whether results can be;
 *   <li>{@code index/ab/<hash>}: what is known of a key, see {@link Index};
 *   <li>{@code temporary/ab/<hash>/<token>.<format>}, {@code persistent/...}: the parts of results, which never change.
 *       A token is random and names the parts of one result; a result without formats has one empty part of no format.
 * </ul>
 *
 * The hash is the SHA-256 of the key in hexadecimal, {@code ab} its first two digits.
 */
record Layout(String prefix) {
    private static final int HASH_DIGITS = 64;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{" + HASH_DIGITS + "}");
    private static final int FAN_DIGITS = 2;

    static String hash(RequestKey key) {
        return HexFormat.of().formatHex(Contents.sha256().digest(key.value().getBytes(StandardCharsets.UTF_8)));
    }

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    static String newToken() {
        UUID random = UUID.randomUUID();
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.getMostSignificantBits()) + hex.toHexDigits(random.getLeastSignificantBits());
    }

    /** An object that is written to find out whether objects can be, and removed. */
    String probe(String token) {
        return prefix + "probe/" + token;
    }

    String state() {
        return prefix + "state";
    }

    /** The folder of all keys. */
    String index() {
        return prefix + "index/";
    }

    String index(String hash) {
        return index() + fanned(hash);
    }

    /** The folder of all parts of an area. */
    String area(CachePolicy area) {
        return prefix
                + switch (area) {
                    case STICKY -> "persistent/";
                    case TEMPORARY -> "temporary/";
                };
    }

    String part(CachePolicy area, String hash, String token, FormatName format) {
        return area(area) + fanned(hash) + "/" + token + "." + format;
    }

    /** Stands for a result that has no formats, so that it is listed too. */
    String emptyPart(CachePolicy area, String hash, String token) {
        return area(area) + fanned(hash) + "/" + token;
    }

    /** All parts of a result. */
    List<String> parts(CachePolicy area, String hash, String token, Manifest manifest) {
        return manifest.formats().isEmpty()
                ? List.of(emptyPart(area, hash, token))
                : manifest.formats().stream()
                        .map(format -> part(area, hash, token, format.name()))
                        .toList();
    }

    /** The hash in the name of an object in a folder: what follows the fan. Empty if that is none. */
    static String hashIn(String folder, String name) {
        int begin = folder.length() + FAN_DIGITS + 1;
        if (name.length() < begin + HASH_DIGITS) {
            return "";
        }
        String hash = name.substring(begin, begin + HASH_DIGITS);
        return isHash(hash) ? hash : "";
    }

    /** The name after which, in a folder, the objects of later hashes come. */
    static String after(String folder, String hash) {
        // The character after the slash.
        return folder + fanned(hash) + "0";
    }

    private static String fanned(String hash) {
        return hash.substring(0, FAN_DIGITS) + "/" + hash;
    }
}
