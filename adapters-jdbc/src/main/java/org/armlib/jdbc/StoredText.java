package org.armlib.jdbc;

/**
 * The texts that a database can store, and a reversible form of the others: PostgreSQL has no place for the character NUL
 * and none for half of a surrogate pair, and a database whose character set is not Unicode has none for most characters.
 * Those, and the backslash, are written as {@code \}{@code uXXXX}. What either constant wrote is read the same way.
 */
enum StoredText {
    /** The database stores all of Unicode. */
    UNICODE,
    /** Nothing beyond ASCII is sure to be stored. */
    ASCII;

    private static final int ESCAPE_LENGTH = 6;

    /** The first character of an escaped URI: no URI has it, so that one with a backslash is not taken for it. */
    private static final char ESCAPED_URI = '\u0001';

    /** What is stored for a text that a worker reported. */
    String write(String text) {
        return escape(text, true);
    }

    /** What is stored for a request's URI. */
    String writeUri(String uri) {
        return this == UNICODE || isAscii(uri) ? uri : ESCAPED_URI + escape(uri, true);
    }

    /** What is stored for a JSON text, in whose strings the same escapes mean the same characters. */
    String writeJson(String json) {
        return this == UNICODE || isAscii(json) ? json : escape(json, false);
    }

    private String escape(String text, boolean backslash) {
        int at = 0;
        while (at < text.length() && !isEscaped(text, at, backslash)) {
            at++;
        }
        if (at == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, at);
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isEscaped(text, i, backslash)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** The text that {@link #write} made {@code stored} of. */
    static String read(String stored) {
        if (stored.indexOf('\\') < 0) {
            return stored;
        }
        StringBuilder out = new StringBuilder(stored.length());
        int i = 0;
        while (i < stored.length()) {
            if (stored.charAt(i) == '\\' && i + ESCAPE_LENGTH <= stored.length()) {
                out.append((char) Integer.parseInt(stored, i + 2, i + ESCAPE_LENGTH, 16));
                i += ESCAPE_LENGTH;
            } else {
                out.append(stored.charAt(i));
                i++;
            }
        }
        return out.toString();
    }

    /** The URI that {@link #writeUri} made {@code stored} of. */
    static String readUri(String stored) {
        return !stored.isEmpty() && stored.charAt(0) == ESCAPED_URI ? read(stored.substring(1)) : stored;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private boolean isEscaped(String text, int at, boolean backslash) {
        char c = text.charAt(at);
        if (c == '\\') {
            return backslash;
        }
        if (c == 0 || (this == ASCII && c >= 0x80)) {
            return true;
        }
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
