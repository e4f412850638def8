package org.armlib.domain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request: names, each with one or more values, or with none where the query has the name alone.
 *
 * <p>A query that a caller wrote is kept as it was written, so that it reaches the upstream API unchanged. Two sets of
 * parameters are equal if they have the same names and, for each name, the same occurrences in the same order, in the same
 * spelling: {@code p=a&p=b} differs from {@code p=b&p=a}, {@code p} from {@code p=}, and {@code p=a+b} from
 * {@code p=a%20b}. The order among names does not count.
 *
 * <p>Immutable.
 */
public final class Parameters {
    /**
     * The most that parameters may take together, in bytes of UTF-8, written {@code name=value&} for each value, and the
     * longest query that is kept as it was written, in characters: with the rest of a record either fits the smallest item
     * limit of the stores behind armlib, the 400 KB of DynamoDB.
     */
    public static final int MAX_BYTES = 256 * 1024;

    private static final Parameters NONE = new Parameters(Map.of(), null);

    private final Map<String, List<Optional<String>>> occurrences;

    /** The query, unless it is the one that follows from the occurrences. */
    private final @Nullable String written;

    private Parameters(Map<String, List<Optional<String>>> occurrences, @Nullable String written) {
        this.occurrences = occurrences;
        this.written = written;
    }

    /** Returns no parameters. */
    public static Parameters none() {
        return NONE;
    }

    /**
     * Returns the parameters in a map from name to values.
     *
     * @throws InvalidRequestException if a name is empty or without values, if a text has no UTF-8 form, or if all
     *     together are larger than {@link #MAX_BYTES}
     */
    public static Parameters of(Map<String, ? extends List<String>> values) {
        Map<String, List<Optional<String>>> occurrences = new LinkedHashMap<>();
        values.forEach((name, list) ->
                occurrences.put(name, list.stream().map(Optional::of).toList()));
        return ofOccurrences(occurrences);
    }

    /**
     * Returns the parameters in a map from name to occurrences; an empty one is the name without a value, {@code ?wsdl}.
     *
     * @throws InvalidRequestException as {@link #of} does
     */
    public static Parameters ofOccurrences(Map<String, ? extends List<Optional<String>>> occurrences) {
        Map<String, List<Optional<String>>> copy = new LinkedHashMap<>();
        long bytes = 0;
        for (Map.Entry<String, ? extends List<Optional<String>>> entry : occurrences.entrySet()) {
            String name = entry.getKey();
            List<Optional<String>> list = List.copyOf(entry.getValue());
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
            for (Optional<String> occurrence : list) {
                String value = occurrence.orElse("");
                checkWellFormed(name, value);
                bytes += perValue + Text.utf8Length(value);
            }
            copy.put(name, list);
        }
        if (bytes > MAX_BYTES) {
            throw new InvalidRequestException(
                    "parameters", "take " + bytes + " bytes; at most " + MAX_BYTES + " are allowed");
        }
        return copy.isEmpty() ? NONE : new Parameters(Collections.unmodifiableMap(copy), null);
    }

    /**
     * Returns the parameters in the query of a URL ({@code application/x-www-form-urlencoded}), and keeps how they are
     * written. Characters that no query may have, such as spaces, are percent-encoded. Empty pieces between two
     * {@code &} are no parameters.
     *
     * @throws InvalidRequestException if the query has a broken percent-encoding, if it is longer than {@link #MAX_BYTES}
     *     characters and not written as {@link #toQuery} would write its names and values, or as {@link #of} does
     */
    public static Parameters parse(String query) {
        if (query.length() > 3L * MAX_BYTES) {
            throw new InvalidRequestException(
                    "parameters",
                    "the query has " + query.length() + " characters; " + MAX_BYTES
                            + " bytes of names and values are allowed");
        }
        Map<String, List<Optional<String>>> occurrences = new LinkedHashMap<>();
        for (String piece : query.split("&", -1)) {
            if (!piece.isEmpty()) {
                int equals = piece.indexOf('=');
                occurrences
                        .computeIfAbsent(name(piece), n -> new ArrayList<>())
                        .add(
                                equals < 0
                                        ? Optional.empty()
                                        : Optional.of(QueryEncoding.decode(piece.substring(equals + 1))));
            }
        }
        Parameters parameters = ofOccurrences(occurrences);
        String legal = QueryEncoding.legal(query);
        if (parameters.isEmpty() || legal.equals(parameters.toQuery())) {
            return parameters;
        }
        if (legal.length() > MAX_BYTES) {
            throw new InvalidRequestException(
                    "parameters",
                    "the query has " + legal.length() + " characters as it is written; at most " + MAX_BYTES
                            + " are allowed");
        }
        return new Parameters(parameters.occurrences, legal);
    }

    /**
     * Returns the names with their values, in the order given; unmodifiable. The value of a name that has none is empty,
     * and octets that are not UTF-8 are percent-encoded.
     */
    public Map<String, List<String>> asMap() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        occurrences.forEach((name, list) -> values.put(name, values(list)));
        return Collections.unmodifiableMap(values);
    }

    /** Returns the names with their occurrences, empty where a name stands without a value; unmodifiable. */
    public Map<String, List<Optional<String>>> occurrences() {
        return occurrences;
    }

    /** Returns the values of one name as in {@link #asMap}, empty if it is not there. */
    public List<String> get(String name) {
        return values(occurrences.getOrDefault(name, List.of()));
    }

    /** Returns whether there are no parameters. */
    public boolean isEmpty() {
        return occurrences.isEmpty();
    }

    /**
     * Returns the query as its caller wrote it, if {@link #occurrences} alone do not say how: names in turns, or another
     * spelling than that of {@link #toQuery}.
     */
    public Optional<String> written() {
        return Optional.ofNullable(written);
    }

    /** Returns these parameters followed by {@code others}. */
    public Parameters and(Parameters others) {
        if (isEmpty() || others.isEmpty()) {
            return isEmpty() ? others : this;
        }
        return parse(toQuery() + "&" + others.toQuery());
    }

    /** Returns these parameters without those of that name. */
    public Parameters without(String name) {
        if (!occurrences.containsKey(name)) {
            return this;
        }
        StringBuilder rest = new StringBuilder();
        for (String piece : toQuery().split("&", -1)) {
            if (!piece.isEmpty() && !name(piece).equals(name)) {
                rest.append(rest.isEmpty() ? "" : "&").append(piece);
            }
        }
        return parse(rest.toString());
    }

    /**
     * Returns the query of a URL without the question mark: as it was written, or with everything but the unreserved
     * characters of RFC 3986 percent-encoded.
     */
    public String toQuery() {
        if (written != null) {
            return written;
        }
        StringBuilder query = new StringBuilder();
        occurrences.forEach((name, list) -> {
            String encoded = QueryEncoding.encode(name);
            for (Optional<String> value : list) {
                query.append(query.isEmpty() ? "" : "&").append(encoded);
                value.ifPresent(text -> query.append('=').append(QueryEncoding.encode(text)));
            }
        });
        return query.toString();
    }

    /** For each name its occurrences as they are written, in their order. */
    Map<String, List<String>> pieces() {
        Map<String, List<String>> pieces = new LinkedHashMap<>();
        for (String piece : toQuery().split("&", -1)) {
            if (!piece.isEmpty()) {
                pieces.computeIfAbsent(name(piece), n -> new ArrayList<>()).add(piece);
            }
        }
        return pieces;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Parameters that
                        && occurrences.equals(that.occurrences)
                        && ((written == null && that.written == null) || pieces().equals(that.pieces())));
    }

    @Override
    public int hashCode() {
        return occurrences.hashCode();
    }

    @Override
    public String toString() {
        return toQuery();
    }

    private static String name(String piece) {
        int equals = piece.indexOf('=');
        return QueryEncoding.decode(equals < 0 ? piece : piece.substring(0, equals));
    }

    private static List<String> values(List<Optional<String>> occurrences) {
        return occurrences.stream().map(value -> value.orElse("")).toList();
    }

    private static void checkWellFormed(String name, String text) {
        int at = Text.unpairedSurrogate(text);
        if (at >= 0) {
            throw new InvalidRequestException(
                    "parameters." + Text.escape(name),
                    "has half a surrogate pair at character " + (at + 1) + ", which no encoding can carry");
        }
    }
}
