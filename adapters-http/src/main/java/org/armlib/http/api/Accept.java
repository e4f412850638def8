package org.armlib.http.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What a client accepts, RFC 9110 section 12.5. */
final class Accept {
    private Accept() {}

    /** A range or token, and how much it is liked, from 0 to 1. */
    private record Weighted(String range, double weight) {}

    /** The item whose media type is liked best, the first of several; any if the header is empty. */
    static <T> Optional<T> best(String header, List<T> items, Function<T, String> mediaType) {
        List<Weighted> ranges = parse(header);
        if (ranges.isEmpty()) {
            return items.stream().findFirst();
        }
        Optional<T> best = Optional.empty();
        double most = 0;
        for (T item : items) {
            double weight = weight(ranges, mediaType.apply(item));
            if (weight > most) {
                most = weight;
                best = Optional.of(item);
            }
        }
        return best;
    }

    /**
     * Whether a body is to be sent in a content coding other than {@code identity}: only one that is named, or {@code *}, is,
     * unless {@code identity} is named and liked better.
     */
    static boolean accepts(String header, String coding) {
        double any = 0;
        double plain = 0;
        double named = -1;
        for (Weighted weighted : parse(header)) {
            if (weighted.range().equals(coding)) {
                named = weighted.weight();
            } else if (weighted.range().equals("*")) {
                any = weighted.weight();
            } else if (weighted.range().equals("identity")) {
                plain = weighted.weight();
            }
        }
        double weight = named < 0 ? any : named;
        return weight > 0 && weight >= plain;
    }

    /** That of the most specific range. */
    private static double weight(List<Weighted> ranges, String type) {
        String family = type.substring(0, type.indexOf('/') + 1) + "*";
        double weight = 0;
        int specific = 0;
        for (Weighted weighted : ranges) {
            int how = weighted.range().equals(type)
                    ? 3
                    : weighted.range().equals(family) ? 2 : weighted.range().equals("*/*") ? 1 : 0;
            if (how > specific) {
                specific = how;
                weight = weighted.weight();
            }
        }
        return weight;
    }

    private static List<Weighted> parse(String header) {
        List<Weighted> all = new ArrayList<>();
        for (String piece : header.split(",", -1)) {
            String[] parts = piece.split(";", -1);
            String range = parts[0].strip().toLowerCase(Locale.ROOT);
            if (!range.isEmpty()) {
                double weight = 1;
                for (int i = 1; i < parts.length; i++) {
                    String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
                    if (parameter.matches("q=[01](\\.\\d{0,3})?")) {
                        weight = Double.parseDouble(parameter.substring(2));
                    }
                }
                all.add(new Weighted(range, weight));
            }
        }
        return all;
    }
}
