package org.armlib.jdbc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestState;

/** A place in a list, as callers hand it on: behind that row of the phase. */
record Cursor(long first, String second) {
    static final Cursor START = new Cursor(Long.MIN_VALUE, "");

    private static final Pattern FORM = Pattern.compile("([A-Za-z]++)_(-?[0-9]{1,19})_(.{0,200})");

    static Cursor of(Stored row) {
        return row.submission().state() instanceof RequestState.Finished end
                ? new Cursor(
                        Times.micros(end.finished()), row.submission().key().value())
                : new Cursor(row.lane(), String.valueOf(row.seq()));
    }

    static Cursor parse(Phase phase, String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches() && matcher.group(1).equals(phase.label())) {
            try {
                Cursor cursor = new Cursor(Long.parseLong(matcher.group(2)), matcher.group(3));
                if (!phase.isFinished()) {
                    cursor.place();
                }
                return cursor;
            } catch (NumberFormatException e) {
                throw refused(phase);
            }
        }
        throw refused(phase);
    }

    String text(Phase phase) {
        return phase.label() + "_" + first + "_" + second;
    }

    Tables.Place place() {
        return second.isEmpty() ? Tables.Place.START : new Tables.Place(first, Long.parseLong(second));
    }

    Tables.End end() {
        return new Tables.End(first, second);
    }

    private static InvalidRequestException refused(Phase phase) {
        return new InvalidRequestException("cursor", "is none that a page of " + phase.label() + " requests named");
    }
}
