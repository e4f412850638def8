package org.armlib.domain;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request: names, each with one or more values.
 *
 * <p>The order in which names and values were given is kept, so that the API behind sees them as the caller wrote them,
 * but it is no part of identity: two sets of parameters are equal if they hold the same names with the same values, in
 * any order. A value given twice is there twice.
 */
public final class Parameters {
    /**
     * The most that parameters may take together, in bytes of UTF-8, written {@code name=value&} for each value: with the
     * rest of a record it fits the smallest item limit of the stores behind armlib, the 400 KB of DynamoDB.
     */
    public static final int MAX_BYTES = 256 * 1024;

    private static final Parameters NONE = new Parameters(Map.of());

    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /** No parameters. */
    public static Parameters none() {
        return NONE;
    }

    /**
     * The parameters in a map from name to values.
     *
     * @throws InvalidRequestException if a name is empty or without values, if a text has no UTF-8 form, or if all
     *     together are larger than {@link #MAX_BYTES}
     */
    public static Parameters of(Map<String, ? extends List<String>> values) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        long bytes = 0;
        for (Map.Entry<String, ? extends List<String>> entry : values.entrySet()) {
            String name = entry.getKey();
            List<String> list = List.copyOf(entry.getValue());
            if (name.isEmpty()) {
                throw new InvalidRequestException("parameters", "a parameter has no name");
            }
            if (list.isEmpty()) {
                throw new InvalidRequestException(
                        "parameters." + Text.escape(name), "has no value; leave the parameter out, or give it \"\"");
            }
            checkWellFormed(name, name);
            // The two separators count, so that values which are empty are not free.
            long perValue = Text.utf8Length(name) + 2;
            for (String value : list) {
                checkWellFormed(name, value);
                bytes += perValue + Text.utf8Length(value);
            }
            copy.put(name, list);
        }
        if (bytes > MAX_BYTES) {
            throw new InvalidRequestException(
                    "parameters", "take " + bytes + " bytes; at most " + MAX_BYTES + " are allowed");
        }
        return copy.isEmpty() ? NONE : new Parameters(Collections.unmodifiableMap(copy));
    }

    /**
     * The parameters in the query of a URL, as browsers write it ({@code application/x-www-form-urlencoded}); empty
     * pieces between two {@code &} are passed over.
     *
     * @throws InvalidRequestException if the query has a broken percent-encoding, or as {@link #of} does
     */
    public static Parameters parse(String query) {
        if (query.length() > 3L * MAX_BYTES) {
            throw new InvalidRequestException(
                    "parameters",
                    "the query has " + query.length() + " characters; " + MAX_BYTES
                            + " bytes of names and values are allowed");
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String piece : query.split("&", -1)) {
            if (!piece.isEmpty()) {
                int equals = piece.indexOf('=');
                String name = decode(equals < 0 ? piece : piece.substring(0, equals));
                String value = equals < 0 ? "" : decode(piece.substring(equals + 1));
                values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
            }
        }
        return of(values);
    }

    /** The names with their values, in the order given; unmodifiable. */
    public Map<String, List<String>> asMap() {
        return values;
    }

    /** The values of one name in the order given, empty if there are none. */
    public List<String> get(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Whether there are no parameters. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** The query of a URL, {@code application/x-www-form-urlencoded}, without the question mark. */
    public String toQuery() {
        StringBuilder query = new StringBuilder();
        values.forEach((name, list) -> {
            for (String value : list) {
                query.append(query.isEmpty() ? "" : "&")
                        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        });
        return query.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Parameters that) || values.size() != that.values.size()) {
            return false;
        }
        return values.entrySet().stream()
                .allMatch(entry -> sameValues(entry.getValue(), that.values.get(entry.getKey())));
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (Map.Entry<String, List<String>> entry : values.entrySet()) {
            int sum = 0;
            for (String value : entry.getValue()) {
                sum += value.hashCode();
            }
            hash += entry.getKey().hashCode() ^ sum;
        }
        return hash;
    }

    @Override
    public String toString() {
        return toQuery();
    }

    private static boolean sameValues(List<String> ours, @Nullable List<String> theirs) {
        return theirs != null
                && (ours.equals(theirs)
                        || (ours.size() == theirs.size()
                                && ours.stream()
                                        .sorted()
                                        .toList()
                                        .equals(theirs.stream().sorted().toList())));
    }

    private static void checkWellFormed(String name, String text) {
        int at = Text.unpairedSurrogate(text);
        if (at >= 0) {
            throw new InvalidRequestException(
                    "parameters." + Text.escape(name),
                    "has half a surrogate pair at character " + (at + 1) + ", which no encoding can carry");
        }
    }

    /** As {@link java.net.URLDecoder}, but bytes that are no UTF-8 are refused, where that replaces them silently. */
    private static String decode(String piece) {
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

    private static CharBuffer decodeOctets(String piece, int from, int to) {
        try {
            byte[] octets = HexFormat.of().withPrefix("%").parseHex(piece, from, to);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
        } catch (IndexOutOfBoundsException | IllegalArgumentException | CharacterCodingException e) {
            throw new InvalidRequestException(
                    "parameters", "'" + Text.escape(piece) + "' has a broken percent-encoding");
        }
    }
}
