package org.armlib.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.SubmissionId;

/**
 * What the folder of a key holds in one area, by name:
 *
 * <ul>
 *   <li>{@code <submission>.<epoch>.json}: the manifest of a published result;
 *   <li>{@code <token>.<format>}: a part, of a result if the manifest names the token, otherwise of one being written or
 *       given up; manifests being written have such a name too;
 *   <li>{@code <submission>.retracted}: nothing of that submission, or one before it, is to be found;
 *   <li>{@code <submission>.<epoch>.corrupt}: the manifest of a result whose parts do not match it.
 * </ul>
 *
 * No file is changed once it has one of these names, except for parts before they are published.
 */
record Listing(Path folder, List<Entry> entries, List<SubmissionId> retractions, List<Path> corrupt, List<Path> parts) {
    static final String RETRACTED = ".retracted";
    static final String CORRUPT = ".corrupt";
    private static final int SUBMISSION_DIGITS = 28;
    private static final Pattern PART = Pattern.compile("[0-9a-f]{32}\\..++");
    private static final Pattern RETRACTION = Pattern.compile("[0-9a-f]{28}\\" + RETRACTED);
    private static final Pattern CORRUPT_MANIFEST =
            Pattern.compile("[0-9a-f]{28}\\.[0-9]{" + Epochs.DIGITS + "}\\" + CORRUPT);

    static Listing read(CachePolicy area, Path folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        List<SubmissionId> retractions = new ArrayList<>();
        List<Path> corrupt = new ArrayList<>();
        List<Path> parts = new ArrayList<>();
        for (String name : Disk.list(folder)) {
            Optional<Entry> entry = Entry.parse(area, folder, name);
            if (entry.isPresent()) {
                entries.add(entry.get());
            } else if (RETRACTION.matcher(name).matches()) {
                retractions.add(SubmissionId.parse(name.substring(0, SUBMISSION_DIGITS)));
            } else if (CORRUPT_MANIFEST.matcher(name).matches()) {
                corrupt.add(folder.resolve(name));
            } else if (PART.matcher(name).matches()) {
                parts.add(folder.resolve(name));
            }
        }
        return new Listing(folder, entries, retractions, corrupt, parts);
    }

    static String token(Path part) {
        return String.valueOf(part.getFileName()).substring(0, StoredResult.TOKEN_DIGITS);
    }
}
