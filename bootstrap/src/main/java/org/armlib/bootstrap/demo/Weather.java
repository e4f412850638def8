package org.armlib.bootstrap.demo;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The data set, and the two questions the sample API answers about it. Immutable. */
final class Weather {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    private final List<Day> days;

    private Weather(List<Day> days) {
        this.days = days;
    }

    static Weather load() throws IOException {
        try (InputStream in = Weather.class.getResourceAsStream("seattle-weather.csv")) {
            if (in == null) {
                throw new FileNotFoundException("seattle-weather.csv is not on the class path");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return new Weather(lines.lines().skip(1).map(Day::parse).toList());
        }
    }

    /** The days that {@code wanted} holds for, in order. */
    Table rows(Predicate<Day> wanted) {
        return new Table(
                List.of(
                        Table.Column.text("date"),
                        Table.Column.number("precipitation"),
                        Table.Column.number("temp_max"),
                        Table.Column.number("temp_min"),
                        Table.Column.number("wind"),
                        Table.Column.text("weather")),
                days.stream().filter(wanted).map(Weather::row).toList());
    }

    /**
     * The days that {@code wanted} holds for, in groups: how many, the mean of the means of lowest and highest
     * temperature, the lowest, the highest, all precipitation, the mean wind. Means have two decimals.
     */
    Table summary(String groupName, Function<Day, String> group, Predicate<Day> wanted) {
        Map<String, List<Day>> groups =
                days.stream().filter(wanted).collect(Collectors.groupingBy(group, TreeMap::new, Collectors.toList()));
        return new Table(
                List.of(
                        Table.Column.text(groupName),
                        Table.Column.number("days"),
                        Table.Column.number("temp_mean"),
                        Table.Column.number("temp_min"),
                        Table.Column.number("temp_max"),
                        Table.Column.number("precipitation_sum"),
                        Table.Column.number("wind_mean")),
                groups.entrySet().stream()
                        .map(entry -> summaryRow(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private static List<String> row(Day day) {
        return List.of(
                day.date().toString(),
                day.precipitation().toPlainString(),
                day.tempMax().toPlainString(),
                day.tempMin().toPlainString(),
                day.wind().toPlainString(),
                day.weather());
    }

    private static List<String> summaryRow(String name, List<Day> members) {
        BigDecimal twiceTheMeans = sum(members, Day::tempMax).add(sum(members, Day::tempMin));
        BigDecimal count = BigDecimal.valueOf(members.size());
        return List.of(
                name,
                count.toPlainString(),
                mean(twiceTheMeans, count.multiply(TWO)),
                values(members, Day::tempMin)
                        .reduce(BigDecimal::min)
                        .orElseThrow()
                        .toPlainString(),
                values(members, Day::tempMax)
                        .reduce(BigDecimal::max)
                        .orElseThrow()
                        .toPlainString(),
                sum(members, Day::precipitation).toPlainString(),
                mean(sum(members, Day::wind), count));
    }

    private static String mean(BigDecimal sum, BigDecimal count) {
        return sum.divide(count, 2, RoundingMode.HALF_UP).toPlainString();
    }

    private static BigDecimal sum(List<Day> members, Function<Day, BigDecimal> value) {
        return values(members, value).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Stream<BigDecimal> values(List<Day> members, Function<Day, BigDecimal> value) {
        return members.stream().map(value);
    }
}
