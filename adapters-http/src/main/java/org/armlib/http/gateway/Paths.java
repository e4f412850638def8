package org.armlib.http.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** Brings URI paths into one form, and refuses those that could mean another path to somebody else. */
final class Paths {
    private static final String UNRESERVED = "-._~";
    private static final String SEGMENT_PUNCTUATION = UNRESERVED + "!$&'()*+,;=:@";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Paths() {}

    /**
     * The path as RFC 3986 (section 6.2.2) normalises it: what needs no percent-encoding has none, what needs one has it
     * in upper case. What a server could take for another path is refused rather than resolved: dot segments, slashes
     * and backslashes in any encoding, empty segments, control characters, what is no UTF-8.
     */
    static String normalise(String path) throws UnsafePathException {
        if (!path.startsWith("/")) {
            throw new UnsafePathException("does not start with '/'");
        }
        StringBuilder out = new StringBuilder();
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        byte[] decoded = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i] & 0xff;
            boolean encoded = b == '%';
            if (encoded) {
                b = hexAt(bytes, i + 1);
                i += 2;
            }
            decoded[length++] = (byte) b;
            append(out, b, encoded);
        }
        checkText(decoded, length);
        String normal = out.toString();
        checkSegments(normal);
        return normal;
    }

    private static void append(StringBuilder out, int b, boolean encoded) throws UnsafePathException {
        if (b == '\\' || (b == '/' && encoded)) {
            throw new UnsafePathException("has a backslash or an encoded slash");
        }
        if (!encoded && (b == '?' || b == '#')) {
            throw new UnsafePathException("has a query or a fragment");
        }
        boolean asItIs = isLetterOrDigit(b)
                || (encoded ? UNRESERVED : SEGMENT_PUNCTUATION).indexOf(b) >= 0
                || (b == '/' && !encoded);
        if (asItIs) {
            out.append((char) b);
        } else {
            out.append('%').append(HEX.toHexDigits((byte) b));
        }
    }

    private static void checkText(byte[] decoded, int length) throws UnsafePathException {
        try {
            // A strict decoder refuses overlong forms too, such as C0 AE for a dot.
            CharSequence text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(decoded, 0, length));
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw new UnsafePathException("has a control character");
            }
        } catch (CharacterCodingException e) {
            throw new UnsafePathException("has bytes that are no UTF-8");
        }
    }

    private static void checkSegments(String path) throws UnsafePathException {
        if (path.contains("//")) {
            throw new UnsafePathException("has an empty segment");
        }
        String lower = path.toLowerCase(Locale.ROOT);
        if (lower.contains("%252e") || lower.contains("%252f") || lower.contains("%255c")) {
            throw new UnsafePathException("has a dot or slash encoded twice");
        }
        for (String segment : path.split("/", -1)) {
            // Some servers drop ;parameters before they look for dot segments.
            String name = segment.split(";|%3B", 2)[0];
            if (name.equals(".") || name.equals("..")) {
                throw new UnsafePathException("has a dot segment");
            }
        }
    }

    private static int hexAt(byte[] bytes, int at) throws UnsafePathException {
        if (at + 1 >= bytes.length || !HexFormat.isHexDigit(bytes[at]) || !HexFormat.isHexDigit(bytes[at + 1])) {
            throw new UnsafePathException("has a broken percent-encoding");
        }
        return HexFormat.fromHexDigit(bytes[at]) * 16 + HexFormat.fromHexDigit(bytes[at + 1]);
    }

    private static boolean isLetterOrDigit(int b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
    }
}
