package org.armlib.tck;

import static org.armlib.tck.CacheSamples.CSV;
import static org.armlib.tck.CacheSamples.KEY;
import static org.armlib.tck.CacheSamples.assertFormat;
import static org.armlib.tck.CacheSamples.assertNothingVisible;
import static org.armlib.tck.CacheSamples.begin;
import static org.armlib.tck.CacheSamples.found;
import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.listAll;
import static org.armlib.tck.CacheSamples.noise;
import static org.armlib.tck.CacheSamples.publish;
import static org.armlib.tck.CacheSamples.read;
import static org.armlib.tck.CacheSamples.sha256;
import static org.armlib.tck.CacheSamples.submission;
import static org.armlib.tck.CacheSamples.temporary;
import static org.armlib.tck.CacheSamples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.Test;

/** Results: written, published and read (C01, C02, C03), under every key (C08, I05). */
public interface CacheResultContract extends CacheMaker {

    @Test
    default void C01_a_result_is_published_with_all_its_formats() throws IOException {
        byte[] csv = text("a;b\n1;2\n");
        byte[] xlsx = noise(1, 300_000);
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            Commit commit;
            try (ResultWriter writer = cache.write(leased(temporary("a"), submission(1), 2))) {
                try (OutputStream out = writer.format("xlsx", "application/vnd.ms-excel; x=\"1\"")) {
                    out.write(xlsx);
                }
                try (OutputStream out = writer.format("csv", "text/csv; charset=utf-8")) {
                    for (byte b : csv) {
                        out.write(b);
                    }
                }
                try (OutputStream out = writer.format("tar.gz", "application/gzip")) {
                    out.flush();
                }
                commit = writer.commit();
            }

            CachedResult result = found(fixture.open(), KEY);

            Manifest manifest = result.manifest();
            assertThat(commit).isEqualTo(new Commit.Published(manifest));
            assertThat(manifest.request()).isEqualTo(temporary("a"));
            assertThat(manifest.submission()).isEqualTo(submission(1));
            assertThat(manifest.epoch()).isEqualTo(DataEpoch.FIRST);
            assertThat(manifest.attempt()).isEqualTo(2);
            assertThat(manifest.formats().stream().map(StoredFormat::name))
                    .containsExactly(CSV, new FormatName("tar.gz"), new FormatName("xlsx"));
            assertFormat(result, "csv", "text/csv; charset=utf-8", csv);
            assertFormat(result, "xlsx", "application/vnd.ms-excel; x=\"1\"", xlsx);
            assertFormat(result, "tar.gz", "application/gzip", new byte[0]);
            result.verify();
        }
    }

    @Test
    default void C01_nothing_is_visible_before_commit_and_all_is_after() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            CacheManager other = fixture.open();
            try (ResultWriter writer = begin(cache, leased(temporary("a")), text("content"))) {
                assertNothingVisible(cache, KEY);
                assertNothingVisible(other, KEY);

                writer.commit();

                assertThat(read(other, KEY)).isEqualTo(text("content"));
                assertThat(listAll(other, CachePolicy.TEMPORARY, 10)).hasSize(1);
            }
            assertThat(read(cache, KEY)).as("after close()").isEqualTo(text("content"));
        }
    }

    /** As a shutdown hook and a {@code try} statement do. */
    @Test
    default void C01_closing_from_several_threads_and_again_leaves_the_results() throws Exception {
        try (CacheFixture fixture = newCache()) {
            CacheManager other = fixture.open();
            CacheManager cache = fixture.open();
            try (ResultWriter writer = begin(cache, leased(temporary("a")), text("content"))) {
                writer.commit();
            }

            Race.run(4, i -> () -> {
                cache.close();
                return i;
            });
            cache.close();

            assertThat(read(other, KEY)).isEqualTo(text("content"));
        }
    }

    @Test
    default void C01_close_without_commit_leaves_nothing() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            ResultWriter writer = begin(cache, leased(temporary("a")), noise(1, 300_000));
            OutputStream open = writer.format("xlsx", "application/octet-stream");
            open.write(noise(2, 300_000));

            writer.close();
            writer.close();

            assertNothingVisible(cache, KEY);
            assertNothingVisible(fixture.open(), KEY);
            fixture.advance(Duration.ofDays(30));
            assertThat(cache.sweep(Duration.ofDays(1)))
                    .as("what is left behind")
                    .isEqualTo(Cleared.NOTHING);
            open.close();
        }
    }

    @Test
    default void C01_commit_closes_the_formats_that_are_still_open() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            try (ResultWriter writer = cache.write(leased(temporary("a")))) {
                OutputStream open = writer.format("csv", "text/csv");
                open.write(text("not closed"));

                assertThat(writer.commit()).isInstanceOf(Commit.Published.class);
            }
            assertThat(read(cache, KEY)).isEqualTo(text("not closed"));
        }
    }

    @Test
    default void C01_what_a_writer_does_after_its_commit_changes_nothing() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            ResultWriter writer = cache.write(leased(temporary("a")));
            OutputStream csv = writer.format("csv", "text/csv");
            csv.write(text("content"));
            writer.commit();

            assertThatThrownBy(() -> {
                        csv.write(text("more"));
                        csv.flush();
                    })
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> writer.format("xlsx", "application/octet-stream"))
                    .isInstanceOf(CacheException.class);
            writer.close();

            assertThat(found(cache, KEY).manifest().formats()).hasSize(1);
            assertThat(read(cache, KEY)).isEqualTo(text("content"));
        }
    }

    @Test
    default void C01_formats_are_written_by_several_threads() throws IOException, InterruptedException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            try (ResultWriter writer = cache.write(leased(temporary("a")))) {
                Race.run(4, i -> () -> {
                    byte[] content = noise(i, 500_000);
                    try (OutputStream out = writer.format("part" + i, "application/octet-stream")) {
                        for (int at = 0; at < content.length; at += 5_000) {
                            out.write(content, at, 5_000);
                        }
                    }
                    return i;
                });
                writer.commit();
            }

            CachedResult result = found(cache, KEY);
            for (int i = 0; i < 4; i++) {
                assertFormat(result, "part" + i, "application/octet-stream", noise(i, 500_000));
            }
        }
    }

    @Test
    default void C01_a_format_name_is_checked_and_given_once() throws IOException {
        try (CacheFixture fixture = newCache()) {
            try (ResultWriter writer = begin(fixture.open(), leased(temporary("a")), text("content"))) {
                for (String name : List.of("csv", "", "../csv", "CSV", "a/b", ".csv")) {
                    assertThatThrownBy(() -> writer.format(name, "text/csv"))
                            .as("format '%s'", name)
                            .isInstanceOf(InvalidRequestException.class);
                }
            }
        }
    }

    @Test
    default void C01_a_format_that_a_result_does_not_have_is_refused() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a")), text("content"));
            CachedResult result = found(cache, KEY);

            assertThatThrownBy(() -> result.open(new FormatName("xlsx"))).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> result.openStored(new FormatName("xlsx")))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    default void C01_an_unknown_key_has_no_result() {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();

            assertNothingVisible(cache, KEY);
            assertThat(cache.promote(KEY)).isFalse();
        }
    }

    @Test
    default void C02_a_producer_that_fails_midway_publishes_nothing() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();

            assertThatThrownBy(() -> {
                        try (ResultWriter writer = cache.write(leased(temporary("a")))) {
                            writer.format("csv", "text/csv").write(noise(1, 300_000));
                            throw new IOException("upstream broke off");
                        }
                    })
                    .hasMessage("upstream broke off");

            assertNothingVisible(cache, KEY);
            assertThat(publish(cache, leased(temporary("a"), submission(1), 2), text("whole"))
                            .attempt())
                    .isEqualTo(2);
            assertThat(read(cache, KEY)).isEqualTo(text("whole"));
        }
    }

    @Test
    default void C02_what_is_written_after_close_is_refused_and_cannot_be_published() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            ResultWriter writer = cache.write(leased(temporary("a")));
            OutputStream csv = writer.format("csv", "text/csv");
            csv.write(text("first half"));

            writer.close();

            assertThatThrownBy(() -> {
                        csv.write(noise(1, 300_000));
                        csv.flush();
                    })
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> writer.format("xlsx", "application/octet-stream"))
                    .isInstanceOf(CacheException.class);
            assertThatThrownBy(writer::commit).isInstanceOf(CacheException.class);
            assertNothingVisible(cache, KEY);
        }
    }

    @Test
    default void C02_a_write_to_a_closed_format_is_refused() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            try (ResultWriter writer = cache.write(leased(temporary("a")))) {
                OutputStream csv = writer.format("csv", "text/csv");
                csv.write(text("content"));
                csv.close();
                csv.close();

                assertThatThrownBy(() -> {
                            csv.write(noise(1, 300_000));
                            csv.flush();
                        })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    default void C03_a_long_result_streams_through() throws IOException {
        int blocks = 1024;
        byte[] block = new byte[64 * 1024];
        Random random = new Random(42);
        MessageDigest digest = sha256();
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            try (ResultWriter writer = cache.write(leased(temporary("a")));
                    OutputStream out = new DigestOutputStream(writer.format("csv", "text/csv"), digest)) {
                for (int i = 0; i < blocks; i++) {
                    random.nextBytes(block);
                    out.write(block);
                }
                writer.commit();
            }
            String expected = HexFormat.of().formatHex(digest.digest());

            CachedResult result = found(cache, KEY);
            StoredFormat csv = result.manifest().format(CSV).orElseThrow();
            assertThat(csv.length()).isEqualTo((long) blocks * block.length);
            assertThat(csv.sha256()).isEqualTo(expected);
            MessageDigest readBack = sha256();
            try (InputStream in = CacheSamples.open(result)) {
                for (int n = in.read(block); n >= 0; n = in.read(block)) {
                    readBack.update(block, 0, n);
                }
            }
            assertThat(HexFormat.of().formatHex(readBack.digest())).isEqualTo(expected);
        }
    }

    @Test
    default void C08_results_of_every_legal_key_are_told_apart() throws IOException {
        List<RequestKey> keys = Stream.of(
                        "report",
                        "Report",
                        "REPORT",
                        "con",
                        "NUL",
                        "a:b",
                        "a;b",
                        "~",
                        "a.",
                        "a..b",
                        "*",
                        "-_~!$&'()*+,;=:@",
                        "k".repeat(200),
                        "k".repeat(199) + "K")
                .map(RequestKey::new)
                .toList();
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            for (RequestKey key : keys) {
                publish(cache, leased(temporary(key)), text("content of " + key));
            }

            for (RequestKey key : keys) {
                CachedResult result = found(fixture.open(), key);
                assertThat(result.manifest().key()).isEqualTo(key);
                assertThat(read(result)).isEqualTo(text("content of " + key));
            }
            assertThat(CacheSamples.listed(cache, CachePolicy.TEMPORARY)).containsExactlyInAnyOrderElementsOf(keys);
        }
    }

    @Test
    default void I05_every_field_of_a_request_survives_the_cache() throws IOException {
        BatchRequest request = BatchRequest.of("/a%2Fb/%C3%A9;v=1/\u00e9~")
                .parameters(QueueSamples.awkwardParameters())
                .estimatedTime(Duration.ofMillis(5_025_678))
                .priority(-3)
                .sticky()
                .trace(QueueSamples.TRACE)
                .build();
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();

            QueueSamples.assertSame(
                    publish(cache, leased(request), text("content")).request(), request);

            CacheManager other = fixture.open();
            QueueSamples.assertSame(found(other, request.key()).manifest().request(), request);
            QueueSamples.assertSame(
                    listAll(other, CachePolicy.STICKY, 10).get(0).request(), request);
        }
    }

    @Test
    default void I05_a_query_survives_the_cache_as_it_was_written() throws IOException {
        List<BatchRequest> requests = QueueSamples.awkwardQueries().stream()
                .map(query -> BatchRequest.parse("/r?" + query).build())
                .toList();
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            for (BatchRequest request : requests) {
                publish(cache, leased(request), text(request.toString()));
            }

            CacheManager other = fixture.open();
            for (BatchRequest request : requests) {
                CachedResult result = found(other, request.key());
                QueueSamples.assertSame(result.manifest().request(), request);
                assertThat(read(result)).isEqualTo(text(request.toString()));
            }
        }
    }
}
