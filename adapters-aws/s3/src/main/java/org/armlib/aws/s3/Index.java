package org.armlib.aws.s3;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.domain.SubmissionId;
import org.armlib.json.JsonForms;

/**
 * What is known of a key, in one object that is changed by compare-and-set alone: its result, and a note of what was
 * retracted. As JSON, {@code {"retracted":"<submission>","parts":"<token>","generation":1,"damaged":false,
 * "manifest":{...}}}; the first member is missing if nothing was retracted, the others if there is no result.
 *
 * @param retracted nothing of this submission, or one before it, is to be published
 * @param entry the result, valid or not
 */
record Index(Optional<SubmissionId> retracted, Optional<Entry> entry) {
    static final Index EMPTY = new Index(Optional.empty(), Optional.empty());

    private static final Pattern FORM = Pattern.compile(
            "\\{(\"retracted\":\"(?<retracted>[0-9a-f]{28})\",?)?"
                    + "(\"parts\":\"(?<token>[0-9a-f]{32})\",\"generation\":(?<generation>[0-9]{1,18}),"
                    + "\"damaged\":(?<damaged>true|false),\"manifest\":(?<manifest>.*))?\\}\n",
            Pattern.DOTALL);

    /**
     * A result.
     *
     * @param token begins the names of its parts
     * @param generation in which it was published, if it is temporary
     * @param damaged whether its parts were found not to be what the manifest says
     * @param manifest what it consists of; its cache policy is the area in which the parts lie
     */
    record Entry(String token, long generation, boolean damaged, Manifest manifest) {
        Entry markDamaged() {
            return new Entry(token, generation, true, manifest);
        }
    }

    /** Reads what {@link #text} wrote. What is not readable knows nothing, so that the next result takes its place. */
    static Index parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return EMPTY;
        }
        Optional<SubmissionId> retracted =
                Optional.ofNullable(matcher.group("retracted")).map(SubmissionId::parse);
        try {
            return new Index(
                    retracted,
                    Optional.ofNullable(matcher.group("manifest"))
                            .map(JsonForms::readManifest)
                            .map(manifest -> new Entry(
                                    matcher.group("token"),
                                    Long.parseLong(matcher.group("generation")),
                                    Boolean.parseBoolean(matcher.group("damaged")),
                                    manifest)));
        } catch (InvalidRequestException e) {
            return new Index(retracted, Optional.empty());
        }
    }

    String text() {
        String note = retracted.map(upTo -> "\"retracted\":\"" + upTo + "\"").orElse("");
        String result = entry.map(e -> "\"parts\":\"" + e.token() + "\",\"generation\":" + e.generation()
                        + ",\"damaged\":" + e.damaged() + ",\"manifest\":" + JsonForms.write(e.manifest()))
                .orElse("");
        return "{" + note + (note.isEmpty() || result.isEmpty() ? "" : ",") + result + "}\n";
    }

    Index with(Entry other) {
        return new Index(retracted, Optional.of(other));
    }

    Index withoutEntry() {
        return new Index(retracted, Optional.empty());
    }

    /** Whether the result is the one whose parts have that token. */
    boolean names(String token) {
        return entry.filter(e -> e.token().equals(token)).isPresent();
    }

    boolean isRetracted(SubmissionId submission) {
        return retracted.filter(upTo -> submission.compareTo(upTo) <= 0).isPresent();
    }

    /** With a note, and without the result if the note is about it. */
    Index retract(SubmissionId upTo) {
        return new Index(
                isRetracted(upTo) ? retracted : Optional.of(upTo),
                entry.filter(e -> e.manifest().submission().compareTo(upTo) > 0));
    }
}
