package org.armlib.jdbc;

/**
 * Text that a worker reported, in a form that every database takes: PostgreSQL has no place for the character NUL, and
 * none for half of a surrogate pair. Those, and the backslash, are written as {@code \}{@code uXXXX}.
 */
final class StoredText {
    private static final int ESCAPE_LENGTH = 6;

    private StoredText() {}

    static String write(String text) {
        int at = firstAwkward(text);
        if (at < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, at);
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isAwkward(text, i)) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        return out.toString();
    }

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

    private static int firstAwkward(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isAwkward(text, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isAwkward(String text, int at) {
        char c = text.charAt(at);
        if (c == '\\' || c == 0) {
            return true;
        }
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
