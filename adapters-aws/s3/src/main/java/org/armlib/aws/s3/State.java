package org.armlib.aws.s3;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.DataEpoch;

/**
 * Which results are valid, in one object.
 *
 * @param epoch results of an earlier one are not
 * @param generation temporary results of an earlier one are not, unless they were young
 * @param oldest the earliest generation whose young results are valid
 * @param minAge results written less than this before {@code written} are young
 * @param by who made this state of the one before: a token of one purge
 * @param written when this state was made, by the store's clock; empty if it never was
 */
record State(DataEpoch epoch, long generation, long oldest, Duration minAge, String by, Optional<Instant> written) {
    static final State FIRST = new State(DataEpoch.FIRST, 0, 0, Duration.ZERO, "", Optional.empty());
    private static final Pattern FORM = Pattern.compile("\\{\"epoch\":(?<epoch>[0-9]{1,18}),"
            + "\"generation\":(?<generation>[0-9]{1,18}),"
            + "(\"oldest\":(?<oldest>[0-9]{1,18}),\"minAgeMillis\":(?<age>[0-9]{1,18}),)?"
            + "\"by\":\"(?<by>[0-9a-f]*+)\"\\}\n");

    /** Reads what {@link #text} wrote, or throws. */
    static State parse(String text, Instant written) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new UnreadableException(
                    "the object 'state' is not of the form that armlib writes; restore it, or delete it with all below the prefix");
        }
        long generation = Long.parseLong(matcher.group("generation"));
        String oldest = matcher.group("oldest");
        String age = matcher.group("age");
        return new State(
                new DataEpoch(Long.parseLong(matcher.group("epoch"))),
                generation,
                oldest == null ? generation : Long.parseLong(oldest),
                age == null ? Duration.ZERO : Duration.ofMillis(Long.parseLong(age)),
                matcher.group("by"),
                Optional.of(written));
    }

    String text() {
        return "{\"epoch\":" + epoch + ",\"generation\":" + generation + ",\"oldest\":" + oldest + ",\"minAgeMillis\":"
                + minAge.toMillis() + ",\"by\":\"" + by + "\"}\n";
    }

    /** Makes all temporary results invalid except young ones. */
    State nextGeneration(Duration spared, String token) {
        long next = generation + 1;
        return new State(epoch, next, spared.isZero() ? next : oldest, spared, token, Optional.empty());
    }

    State nextEpoch(String token) {
        return new State(epoch.next(), generation, oldest, minAge, token, Optional.empty());
    }

    /** Whether a temporary result of that generation, written then, survived the purges so far. */
    boolean spares(long inGeneration, Instant resultWritten) {
        return inGeneration >= generation
                || (inGeneration >= oldest
                        && written.filter(purged -> resultWritten.isAfter(purged.minus(minAge)))
                                .isPresent());
    }
}
