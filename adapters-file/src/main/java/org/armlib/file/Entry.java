package org.armlib.file;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.SubmissionId;

/** A published manifest, {@code <submission>.<epoch>.json}, as far as its name tells. */
record Entry(CachePolicy area, Path folder, SubmissionId submission, DataEpoch epoch) {
    private static final Pattern NAME =
            Pattern.compile("(?<submission>[0-9a-f]{28})\\.(?<epoch>[0-9]{" + Epochs.DIGITS + "})\\.json");

    static Optional<Entry> parse(CachePolicy area, Path folder, String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new Entry(
                        area,
                        folder,
                        SubmissionId.parse(matcher.group("submission")),
                        new DataEpoch(Long.parseLong(matcher.group("epoch")))))
                : Optional.empty();
    }

    Path path() {
        return folder.resolve(stem() + ".json");
    }

    /** The name it gets when its parts turn out not to match it: nobody takes it for a result then. */
    Path corruptPath() {
        return folder.resolve(stem() + Listing.CORRUPT);
    }

    private String stem() {
        return submission + "." + Epochs.name(epoch);
    }

    /** Whether it lies in the folder of a key, by the hash of that. */
    boolean isIn(String hash) {
        return folder.endsWith(hash);
    }

    boolean isOf(SubmissionId id, DataEpoch inEpoch) {
        return submission.equals(id) && epoch.equals(inEpoch);
    }
}
