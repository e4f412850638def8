package org.armlib.domain;

/**
 * The name of a request: 1 to {@value #MAX_LENGTH} characters that stand in a URL path as they are.
 *
 * <p>Allowed are the characters that RFC 3986 (section 3.3, {@code pchar}) lets a path segment carry without
 * percent-encoding; a key does not start with a dot, so that it is never a relative path.
 */
public record RequestKey(String value) implements Comparable<RequestKey> {
    /** The longest key, in characters. */
    public static final int MAX_LENGTH = 200;

    private static final String PUNCTUATION = "-._~!$&'()*+,;=:@";

    /** @throws InvalidRequestException if {@code value} is no legal key; the message shows the offending character */
    public RequestKey {
        if (value.isEmpty()) {
            throw new InvalidRequestException("key", "is empty; a key has 1 to " + MAX_LENGTH + " characters");
        }
        if (value.length() > MAX_LENGTH) {
            throw new InvalidRequestException(
                    "key", "has " + value.length() + " characters; at most " + MAX_LENGTH + " are allowed");
        }
        if (value.charAt(0) == '.') {
            throw new InvalidRequestException("key", "starts with a dot: '" + Text.escape(value) + "'");
        }
        for (int i = 0; i < value.length(); i++) {
            if (!isAllowed(value.charAt(i))) {
                int codePoint = value.codePointAt(i);
                throw new InvalidRequestException(
                        "key",
                        "character " + (i + 1) + " is '" + Text.escape(Character.toString(codePoint))
                                + "'; allowed are A-Z a-z 0-9 and " + PUNCTUATION);
            }
        }
    }

    /**
     * The key of a request that has no chosen one: equal requests get equal keys, different ones different keys.
     *
     * @see RequestDigest
     */
    public static RequestKey derive(String requestUri, Parameters parameters) {
        return new RequestKey(RequestDigest.key(requestUri, parameters));
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || PUNCTUATION.indexOf(c) >= 0;
    }

    @Override
    public int compareTo(RequestKey other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
