package org.armlib.domain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Derives the key of a request: a readable slug of its URI, a hyphen, and 160 bits of SHA-256 in hex.
 *
 * <p>The digest is taken over a canonical form in which every text is preceded by its length, so that no two requests
 * share a form: the URI, the number of names, and for each name, in the order of names, the name, the number of its
 * occurrences, and the occurrences in their order, each as it is written in the query: {@code name=value} or
 * {@code name}. SHA-256 is FIPS 180-4; at 160 bits a collision among n requests has a probability of about
 * n^2 / 2^161.
 */
final class RequestDigest {
    private static final int SLUG_LENGTH = 48;
    private static final int DIGEST_BYTES = 20;

    private RequestDigest() {}

    static String key(String requestUri, Parameters parameters) {
        MessageDigest digest = sha256();
        // Names the form, so that a later one cannot be mistaken for it.
        add(digest, "armlib-request-2");
        add(digest, requestUri);
        Map<String, List<String>> sorted = new TreeMap<>(parameters.pieces());
        add(digest, sorted.size());
        sorted.forEach((name, occurrences) -> {
            add(digest, name);
            add(digest, occurrences.size());
            occurrences.forEach(occurrence -> add(digest, occurrence));
        });
        return slug(requestUri) + "-" + HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
    }

    /** The last characters of the URI that are letters, digits or dots, everything else folded to hyphens. */
    private static String slug(String requestUri) {
        String folded = requestUri.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]++", "-");
        String tail = folded.substring(Math.max(0, folded.length() - SLUG_LENGTH));
        String trimmed = tail.replaceAll("^[-.]++|[-.]++$", "");
        return trimmed.isEmpty() ? "request" : trimmed;
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(digest, bytes.length);
        digest.update(bytes);
    }

    private static void add(MessageDigest digest, int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
