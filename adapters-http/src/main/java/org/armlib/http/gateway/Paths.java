package org.armlib.http.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;

/** Checks URI paths, and refuses those that a server could take for a path above the one that is written. */
final class Paths {
    private static final String UNRESERVED = "-._~";
    private static final String SEGMENT_PUNCTUATION = UNRESERVED + "!$&'()*+,;=:@";
    /** Levels of percent-encoding on one another; nobody has a use for more than two. */
    private static final int MAX_LEVELS = 8;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Paths() {}

    /**
     * Returns the path as it is sent: as it is written, but for characters that no URI may have, which are
     * percent-encoded as UTF-8.
     *
     * @throws UnsafePathException if it is not a path, has a control character or a backslash, or has a dot segment in
     *     any of its {@link #readings}
     */
    static String asWritten(String path) throws UnsafePathException {
        checkEncoding(path);
        StringBuilder out = new StringBuilder();
        for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
            append(out, octet & 0xff, SEGMENT_PUNCTUATION + "/%");
        }
        for (String reading : readings(path)) {
            checkSegments(reading);
        }
        return out.toString();
    }

    /**
     * Returns the path as RFC 3986 (section 6.2.2) normalises it: what needs no percent-encoding has none, what needs one
     * has it in upper case.
     */
    static String normalise(String path) throws UnsafePathException {
        asWritten(path);
        return normalised(path);
    }

    /**
     * Returns the normalised paths that servers may take a path for: itself, and with encoded slashes and backslashes as
     * slashes, percent signs that are encoded once more decoded, and empty segments left out.
     *
     * @throws UnsafePathException if it is percent-encoded more than {@value #MAX_LEVELS} times over
     */
    static Set<String> readings(String path) throws UnsafePathException {
        Set<String> readings = new LinkedHashSet<>();
        String reading = normalised(path);
        for (int level = 0; readings.add(reading); level++) {
            if (level > MAX_LEVELS) {
                throw new UnsafePathException("is percent-encoded more than " + MAX_LEVELS + " times over");
            }
            readings.add(reading.replaceAll("/{2,}+", "/"));
            String decoded = reading.replace("%2F", "/").replace("%5C", "/");
            // What is encoded twice is decoded by the next round, if it can be.
            reading = normalised(decoded.replaceAll("%25(?=[0-9A-Fa-f]{2})", "%"));
        }
        return readings;
    }

    private static String normalised(String path) throws UnsafePathException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                append(out, hexAt(bytes, i + 1), UNRESERVED);
                i += 2;
            } else {
                append(out, bytes[i] & 0xff, SEGMENT_PUNCTUATION + "/");
            }
        }
        return out.toString();
    }

    private static void append(StringBuilder out, int octet, String allowed) {
        if (isLetterOrDigit(octet) || (octet < 0x80 && allowed.indexOf(octet) >= 0)) {
            out.append((char) octet);
        } else {
            out.append('%').append(HEX.toHexDigits((byte) octet));
        }
    }

    private static void checkEncoding(String path) throws UnsafePathException {
        if (!path.startsWith("/")) {
            throw new UnsafePathException("does not start with '/'");
        }
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            switch (bytes[i]) {
                case '%' -> {
                    decoded.write(hexAt(bytes, i + 1));
                    i += 2;
                }
                case '\\' -> throw new UnsafePathException("has a backslash");
                case '?', '#' -> throw new UnsafePathException("has a query or a fragment");
                default -> decoded.write(bytes[i]);
            }
        }
        checkOctets(decoded.toByteArray());
    }

    private static void checkOctets(byte[] octets) throws UnsafePathException {
        for (int i = 0; i < octets.length; i++) {
            int octet = octets[i] & 0xff;
            if (octet < ' ' || octet == 0x7f) {
                throw new UnsafePathException("has a control character");
            }
            if (i + 1 < octets.length && isOverlong(octet, octets[i + 1] & 0xff)) {
                throw new UnsafePathException("has an overlong form of UTF-8");
            }
        }
        try {
            CharSequence text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw new UnsafePathException("has a control character");
            }
        } catch (CharacterCodingException e) {
            // Text of another charset, which the upstream may know.
        }
    }

    /** Whether a lenient decoder of UTF-8 would take the octets for a shorter form, such as C0 AE for a dot. */
    private static boolean isOverlong(int first, int second) {
        return switch (first) {
            case 0xc0, 0xc1 -> second >= 0x80 && second <= 0xbf;
            case 0xe0 -> second >= 0x80 && second <= 0x9f;
            case 0xf0 -> second >= 0x80 && second <= 0x8f;
            default -> false;
        };
    }

    private static void checkSegments(String path) throws UnsafePathException {
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
