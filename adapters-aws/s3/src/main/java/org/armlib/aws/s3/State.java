package org.armlib.aws.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.DataEpoch;

/**
 * Which results are valid, in one object.
 *
 * @param epoch results of an earlier one are not
 * @param generation temporary results of an earlier one are not
 * @param by who made this state of the one before: a token of one purge
 */
record State(DataEpoch epoch, long generation, String by) {
    static final State FIRST = new State(DataEpoch.FIRST, 0, "");
    private static final Pattern FORM = Pattern.compile(
            "\\{\"epoch\":(?<epoch>[0-9]{1,18}),\"generation\":(?<generation>[0-9]{1,18}),\"by\":\"(?<by>[0-9a-f]*)\"\\}\n");

    /** Reads what {@link #text} wrote, or throws. */
    static State parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new UnreadableException(
                    "the object 'state' is not of the form that armlib writes; restore it, or delete it with all below the prefix");
        }
        return new State(
                new DataEpoch(Long.parseLong(matcher.group("epoch"))),
                Long.parseLong(matcher.group("generation")),
                matcher.group("by"));
    }

    String text() {
        return "{\"epoch\":" + epoch + ",\"generation\":" + generation + ",\"by\":\"" + by + "\"}\n";
    }

    State nextGeneration(String token) {
        return new State(epoch, generation + 1, token);
    }

    State nextEpoch(String token) {
        return new State(epoch.next(), generation, token);
    }
}
