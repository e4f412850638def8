package org.armlib.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Encoding;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.SubmissionId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of manifests is never what was there before. */
class ManifestsTest {
    private static final String SHA256 = "0".repeat(64);

    private final AtomicLong nanos = new AtomicLong();
    private final Manifests manifests = new Manifests(nanos::get);

    private final BatchRequest request = BatchRequest.of("/r").build();
    private Path folder;

    @BeforeEach
    void makeFolder(@TempDir Path area) throws IOException {
        folder = Files.createDirectory(area.resolve(Tree.hash(request.key())));
    }

    @Test
    void what_was_read_is_read_again_once_the_file_is_another() throws Exception {
        Entry entry = new Entry(CachePolicy.TEMPORARY, folder, new SubmissionId(1, 2), DataEpoch.FIRST);
        String first = publish(entry, 1);
        assertThat(manifests.load(entry).orElseThrow().token()).isEqualTo(first);
        assertThat(manifests.load(entry).orElseThrow().manifest().attempt()).isEqualTo(1);

        String second = publish(entry, 2);
        assertThat(manifests.load(entry).orElseThrow().token()).isEqualTo(second);
        assertThat(manifests.load(entry).orElseThrow().manifest().attempt()).isEqualTo(2);
    }

    @Test
    void what_was_read_is_gone_with_its_file_or_a_part() throws Exception {
        Entry entry = new Entry(CachePolicy.TEMPORARY, folder, new SubmissionId(1, 2), DataEpoch.FIRST);
        String token = publish(entry, 1);
        assertThat(manifests.load(entry)).isPresent();

        Files.delete(folder.resolve(token + ".csv"));
        assertThat(manifests.load(entry)).isEmpty();
        Files.delete(entry.path());
        assertThatThrownBy(() -> manifests.load(entry)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void damage_in_a_folder_that_has_not_changed_is_seen_a_second_later() throws Exception {
        Entry entry = new Entry(CachePolicy.TEMPORARY, folder, new SubmissionId(1, 2), DataEpoch.FIRST);
        Path part = folder.resolve(publish(entry, 1) + ".csv");
        assertThat(manifests.loadUnchanged(entry)).isPresent();

        Files.write(part, new byte[9]);
        nanos.addAndGet(999_000_000);
        assertThat(manifests.loadUnchanged(entry)).isPresent();
        assertThat(manifests.load(entry)).isEmpty();
        nanos.addAndGet(1_000_000);
        assertThat(manifests.loadUnchanged(entry)).isEmpty();

        Files.write(part, new byte[10]);
        assertThat(manifests.loadUnchanged(entry)).isPresent();
    }

    private String publish(Entry entry, int attempt) throws IOException {
        String token = StoredResult.newToken();
        Files.write(folder.resolve(token + ".csv"), new byte[10]);
        Manifest manifest = new Manifest(
                request,
                entry.submission(),
                entry.epoch(),
                attempt,
                Instant.EPOCH,
                List.of(new StoredFormat(new FormatName("csv"), "text/csv", 10, SHA256, Encoding.IDENTITY, 10)));
        Path written = Files.write(folder.resolve(token + ".manifest.new"), StoredResult.file(token, manifest));
        Files.move(written, entry.path(), StandardCopyOption.ATOMIC_MOVE);
        return token;
    }
}
