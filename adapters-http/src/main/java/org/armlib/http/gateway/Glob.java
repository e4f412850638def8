package org.armlib.http.gateway;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern of paths: {@code *} stands for any characters within a segment, {@code **} for any at all, and {@code /**} at
 * the end for what is below, if anything. Immutable.
 *
 * <p>All ways to match are followed at once (Thompson's simulation of a nondeterministic automaton), so that the time is
 * at most the length of the path times that of the pattern.
 */
final class Glob {
    private static final String BELOW = "/**";

    /** One step through the pattern: a character, or a star that stays for each character it takes. */
    private record Step(char literal, boolean star, boolean acrossSegments) {
        boolean takes(char c) {
            return star ? acrossSegments || c != '/' : c == literal;
        }
    }

    private final List<Step> steps = new ArrayList<>();
    private final boolean andBelow;

    Glob(String pattern) {
        andBelow = pattern.endsWith(BELOW);
        String rest = andBelow ? pattern.substring(0, pattern.length() - BELOW.length()) : pattern;
        int i = 0;
        while (i < rest.length()) {
            boolean star = rest.charAt(i) == '*';
            boolean two = star && rest.startsWith("**", i);
            steps.add(new Step(rest.charAt(i), star, two));
            i += two ? 2 : 1;
        }
    }

    /** Checks whether the pattern stands for the whole path. */
    boolean matches(String path) {
        BitSet at = new BitSet();
        enter(at, 0);
        for (int i = 0; i < path.length() && !at.isEmpty(); i++) {
            char c = path.charAt(i);
            if (andBelow && c == '/' && at.get(steps.size())) {
                return true;
            }
            BitSet next = new BitSet();
            for (int s = at.nextSetBit(0); s >= 0 && s < steps.size(); s = at.nextSetBit(s + 1)) {
                if (steps.get(s).takes(c)) {
                    enter(next, steps.get(s).star() ? s : s + 1);
                }
            }
            at = next;
        }
        return at.get(steps.size());
    }

    /** Goes to a step, and past it as long as it is a star, which may stand for nothing. */
    private void enter(BitSet at, int step) {
        int s = step;
        at.set(s);
        while (s < steps.size() && steps.get(s).star()) {
            s++;
            at.set(s);
        }
    }
}
