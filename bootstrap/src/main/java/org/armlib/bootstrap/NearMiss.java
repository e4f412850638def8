package org.armlib.bootstrap;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody who mistyped a word may have meant. */
final class NearMiss {
    private static final int MOST_MISTAKES = 3;

    private NearMiss() {}

    /** The candidate that is nearest to {@code word}, if one is near: a third of it may be wrong. */
    static Optional<String> of(String word, Collection<String> candidates) {
        int limit = Math.min(MOST_MISTAKES, Math.max(1, word.length() / 3));
        return candidates.stream()
                .filter(candidate -> distance(word, candidate) <= limit)
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    /** What to add to "unknown ...": the near miss, or everything that is allowed. */
    static String hint(String word, Collection<String> candidates) {
        return of(word, candidates)
                .map(near -> ", did you mean " + near + "?")
                .orElseGet(() -> candidates.isEmpty() ? "" : "; allowed: " + String.join(", ", candidates));
    }

    /**
     * How many characters must be inserted, deleted, replaced or swapped with their neighbour to make one word of the
     * other: the optimal string alignment distance (Damerau 1964).
     */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
