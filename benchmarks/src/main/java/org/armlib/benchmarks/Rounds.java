package org.armlib.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What several contenders reached in the rounds of one run, each of which every contender goes through. Two are compared
 * by the median over the rounds of the ratio within the round: what slows the machine down for longer than a round slows
 * both and leaves the ratio alone. Not thread-safe.
 */
public final class Rounds {
    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    /** No round yet. */
    public Rounds() {}

    /** Adds what a contender reached in the next round. */
    public void add(String contender, double value) {
        values.computeIfAbsent(contender, name -> new ArrayList<>()).add(value);
    }

    /** The median of a contender. */
    public double median(String contender) {
        return median(of(contender).stream().mapToDouble(value -> value).toArray());
    }

    /** The median over the rounds of the value of {@code contender} divided by that of {@code other}. */
    public double ratio(String contender, String other) {
        List<Double> ours = of(contender);
        List<Double> theirs = of(other);
        double[] ratios = new double[ours.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours.get(i) / theirs.get(i);
        }
        return median(ratios);
    }

    private List<Double> of(String contender) {
        return values.getOrDefault(contender, List.of());
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
