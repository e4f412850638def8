package org.armlib.aws.dynamodb;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;

/**
 * Where a page of a list begins: behind a place in a shard for what waits or runs, behind a key for what is finished.
 *
 * @param shard the shard, empty for what is finished
 * @param after the place or the key, empty to begin at the beginning
 */
record Cursor(String shard, String after) {
    private static final Pattern FORM = Pattern.compile("([A-Za-z]++)/([0-9]{0,3})/(.{0,250})");

    static Cursor parse(Phase phase, Optional<String> text) {
        if (text.isEmpty()) {
            return new Cursor(phase.isFinished() ? "" : "0", "");
        }
        Matcher matcher = FORM.matcher(text.get());
        if (matcher.matches() && matcher.group(1).equals(phase.label())) {
            Cursor cursor = new Cursor(matcher.group(2), matcher.group(3));
            if (phase.isFinished() ? cursor.isKey() : cursor.isPlace()) {
                return cursor;
            }
        }
        throw new InvalidRequestException("cursor", "is none that a page of " + phase.label() + " requests named");
    }

    private boolean isKey() {
        try {
            // Parameters that are kept apart have a suffix.
            new RequestKey(after.split(String.valueOf(Requests.APART), 2)[0]);
            return shard.isEmpty();
        } catch (InvalidRequestException e) {
            return false;
        }
    }

    private boolean isPlace() {
        return !shard.isEmpty() && (after.isEmpty() || Place.isValid(after));
    }

    Optional<Place> place() {
        return after.isEmpty() ? Optional.empty() : Optional.of(new Place(after));
    }

    String text(Phase phase) {
        return phase.label() + "/" + shard + "/" + after;
    }
}
