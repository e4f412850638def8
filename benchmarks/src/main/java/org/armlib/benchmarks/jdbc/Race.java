package org.armlib.benchmarks.jdbc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;

/**
 * Rounds in which every contender does the same piece of work and is timed by what passes. The order within the round is
 * turned with every round, so that none always comes after the other.
 */
final class Race {
    static final String OURS = "armlib";

    private final String what;
    private final Report report;
    private final Map<String, Trial> trials = new LinkedHashMap<>();
    private final Map<String, Rounds> rounds = new LinkedHashMap<>();

    /** One contender's turn in a round. */
    @FunctionalInterface
    interface Trial {
        /** Does the work and returns the figures of this turn by their names. */
        Map<String, Double> run() throws InterruptedException;
    }

    Race(String what, Report report) {
        this.what = what;
        this.report = report;
    }

    Race enter(String contender, Trial trial) {
        trials.put(contender, trial);
        return this;
    }

    /** {@code warmups} rounds that do not count, then {@code count} that do. */
    Race hold(int warmups, int count) throws InterruptedException {
        List<Map.Entry<String, Trial>> order = new ArrayList<>(trials.entrySet());
        for (int round = -warmups; round < count; round++) {
            for (Map.Entry<String, Trial> entry : order) {
                String contender = entry.getKey();
                Map<String, Double> figures = entry.getValue().run();
                report.progress(what
                        + (round < 0 ? " warm-up: " : " round " + (round + 1) + ": ")
                        + contender
                        + shown(figures));
                if (round >= 0) {
                    figures.forEach((figure, value) -> of(figure).add(contender, value));
                }
            }
            Collections.reverse(order);
        }
        return this;
    }

    /** Reports what each contender reached, and ours in relation to every other. */
    void reportRatios(String... figures) {
        for (String figure : figures) {
            Rounds reached = of(figure);
            String name = figure.equals(Measures.RATE) ? what : what + "." + figure;
            for (String contender : trials.keySet()) {
                if (!contender.equals(OURS)) {
                    report.figure(name + ".ratio." + contender, reached.ratio(OURS, contender));
                }
                report.figure(what + "." + contender + "." + figure, reached.median(contender));
            }
        }
    }

    double median(String figure, String contender) {
        return of(figure).median(contender);
    }

    double ratio(String figure, String contender, String other) {
        return of(figure).ratio(contender, other);
    }

    private Rounds of(String figure) {
        return rounds.computeIfAbsent(figure, name -> new Rounds());
    }

    private static String shown(Map<String, Double> figures) {
        StringBuilder text = new StringBuilder();
        figures.forEach((figure, value) ->
                text.append(' ').append(figure).append(' ').append(String.format(Locale.ROOT, "%.1f", value)));
        return text.toString();
    }
}
