package org.armlib.bootstrap.demo;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Parameters;

/** The parameters of one call, checked as they are asked for. Everything refused says what is allowed. */
final class Query {
    private static final List<String> YEARS = numbers(2012, 2015);
    private static final List<String> MONTHS = numbers(1, 12);
    private static final List<String> TYPES = List.of("drizzle", "fog", "rain", "snow", "sun");

    private final Parameters parameters;

    /** @throws InvalidRequestException if the query cannot be read, or has a parameter that is not {@code known} */
    Query(String rawQuery, Set<String> known) {
        this.parameters = Parameters.parse(rawQuery);
        Set<String> unknown = new TreeSet<>(parameters.asMap().keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new InvalidRequestException(
                    unknown.iterator().next(), "is no parameter here; there are " + listed(new TreeSet<>(known)));
        }
    }

    /** The days of the years, months and types asked for; what is not asked for does not matter. */
    Predicate<Day> days() {
        Set<String> years = some("year", YEARS);
        Set<String> months = some("month", MONTHS);
        Set<String> types = some("type", TYPES);
        return day -> years.contains(String.valueOf(day.date().getYear()))
                && months.contains(String.valueOf(day.date().getMonthValue()))
                && types.contains(day.weather());
    }

    /** The one value of a parameter, or the first of those allowed. */
    String one(String name, List<String> allowed) {
        List<String> given = parameters.get(name);
        if (given.size() > 1) {
            throw new InvalidRequestException(name, "is given " + given.size() + " times; once is allowed");
        }
        return given.isEmpty() ? allowed.get(0) : some(name, allowed).iterator().next();
    }

    private Set<String> some(String name, List<String> allowed) {
        List<String> given = parameters.get(name);
        for (String value : given) {
            if (!allowed.contains(value)) {
                throw new InvalidRequestException(name, "'" + value + "' is not one of " + listed(allowed));
            }
        }
        return new HashSet<>(given.isEmpty() ? allowed : given);
    }

    private static String listed(Iterable<String> words) {
        return String.join(", ", words);
    }

    private static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).collect(Collectors.toUnmodifiableList());
    }
}
