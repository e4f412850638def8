package org.armlib.domain;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding in the query of a URL (RFC 3986, sections 2 and 3.4). */
final class QueryEncoding {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String UNRESERVED = "-._~";

    /** Square brackets are outside of the grammar of RFC 3986, but in use, and {@link java.net.URI} takes them. */
    private static final String ALLOWED = UNRESERVED + "%!$&'()*+,;=:@/?[]";

    private QueryEncoding() {}

    /** The text as a name or a value of a query: everything but the unreserved characters is percent-encoded. */
    static String encode(String text) {
        return encode(text, UNRESERVED);
    }

    /** The query with those characters percent-encoded that no query may have; all others stay as they are. */
    static String legal(String query) {
        return encode(query, ALLOWED);
    }

    /**
     * The text that a piece of a query stands for, where {@code +} is a space. Encoded octets that are not UTF-8 stay
     * encoded.
     *
     * @throws InvalidRequestException if a percent sign is not followed by two hex digits
     */
    static String decode(String piece) {
        StringBuilder text = new StringBuilder(piece.length());
        int at = 0;
        while (at < piece.length()) {
            char c = piece.charAt(at);
            if (c == '%') {
                int end = at;
                while (end < piece.length() && piece.charAt(end) == '%') {
                    end += 3;
                }
                text.append(decodeOctets(piece, at, end));
                at = end;
            } else {
                text.append(c == '+' ? ' ' : c);
                at++;
            }
        }
        return text.toString();
    }

    private static CharSequence decodeOctets(String piece, int from, int to) {
        byte[] octets;
        try {
            octets = HexFormat.of().withPrefix("%").parseHex(piece, from, to);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new InvalidRequestException(
                    "parameters", "'" + Text.escape(piece) + "' has a broken percent-encoding");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
        } catch (CharacterCodingException e) {
            return piece.substring(from, to);
        }
    }

    private static String encode(String text, String allowed) {
        if (text.chars().allMatch(c -> isAllowed(c, allowed))) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 32);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            int c = octet & 0xff;
            if (isAllowed(c, allowed)) {
                out.append((char) c);
            } else {
                out.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return out.toString();
    }

    private static boolean isAllowed(int c, String allowed) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || (c < 0x80 && allowed.indexOf(c) >= 0);
    }
}
