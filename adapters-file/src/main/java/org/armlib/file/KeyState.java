package org.armlib.file;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.SubmissionId;

/** What both areas hold of a key, by name, and which of it counts. */
record KeyState(Listing temporary, Listing persistent) {

    static KeyState read(Tree tree, String hash) throws IOException {
        // In this order: a result on its way to the persistent area has its name there before it loses the other.
        Listing temporary = Listing.read(CachePolicy.TEMPORARY, tree.keyFolder(CachePolicy.TEMPORARY, hash));
        Listing persistent = Listing.read(CachePolicy.STICKY, tree.keyFolder(CachePolicy.STICKY, hash));
        return new KeyState(temporary, persistent);
    }

    /** All manifests, those of the persistent area first. */
    List<Entry> entries() {
        return Stream.concat(persistent.entries().stream(), temporary.entries().stream())
                .toList();
    }

    /** The manifest that counts; two while a result is on its way to the persistent area. */
    List<Entry> current(DataEpoch epoch) {
        Optional<SubmissionId> newest = newest(epoch).filter(id -> !isRetracted(id));
        return newest.map(id -> entries().stream()
                        .filter(entry -> entry.isOf(id, epoch))
                        .toList())
                .orElse(List.of());
    }

    List<Entry> of(SubmissionId submission, DataEpoch epoch) {
        return entries().stream().filter(entry -> entry.isOf(submission, epoch)).toList();
    }

    boolean isRetracted(SubmissionId submission) {
        return persistent.retractions().stream().anyMatch(upTo -> submission.compareTo(upTo) <= 0);
    }

    /** Whether what a submission writes can no longer count. */
    boolean isSuperseded(SubmissionId submission, DataEpoch epoch) {
        return isRetracted(submission)
                || newest(epoch).filter(id -> id.compareTo(submission) > 0).isPresent();
    }

    /** Whether a manifest will never be found again. */
    boolean isLitter(Entry entry, DataEpoch epoch) {
        return entry.epoch().compareTo(epoch) < 0
                || isSuperseded(entry.submission(), entry.epoch())
                || (entry.area() == CachePolicy.TEMPORARY
                        && persistent.entries().stream().anyMatch(p -> p.isOf(entry.submission(), entry.epoch())));
    }

    private Optional<SubmissionId> newest(DataEpoch epoch) {
        return entries().stream()
                .filter(entry -> entry.epoch().equals(epoch))
                .map(Entry::submission)
                .max(Comparator.naturalOrder());
    }
}
