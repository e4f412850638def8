package org.armlib.tck;

import static org.armlib.tck.CacheSamples.KEY;
import static org.armlib.tck.CacheSamples.assertFormat;
import static org.armlib.tck.CacheSamples.assertNothingVisible;
import static org.armlib.tck.CacheSamples.found;
import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.noise;
import static org.armlib.tck.CacheSamples.publish;
import static org.armlib.tck.CacheSamples.read;
import static org.armlib.tck.CacheSamples.submission;
import static org.armlib.tck.CacheSamples.temporary;
import static org.armlib.tck.CacheSamples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.CorruptResultException;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.Test;

/** The stored form of results (C11), and damage to it (C13). */
public interface CacheIntegrityContract extends CacheMaker {

    @Test
    default void C11_the_stored_form_decodes_to_what_was_written() throws IOException {
        Map<String, byte[]> contents = Map.of(
                "csv", text("a line that compresses well\n".repeat(20_000)),
                "bin", noise(1, 500_000),
                "txt", new byte[0]);
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            try (ResultWriter writer = cache.write(leased(temporary("a")))) {
                for (Map.Entry<String, byte[]> content : contents.entrySet()) {
                    try (OutputStream out = writer.format(content.getKey(), "application/octet-stream")) {
                        out.write(content.getValue());
                    }
                }
                writer.commit();
            }

            CachedResult result = found(cache, KEY);
            for (StoredFormat format : result.manifest().formats()) {
                byte[] stored;
                try (InputStream in = result.openStored(format.name()).orElseThrow()) {
                    stored = in.readAllBytes();
                }
                byte[] written =
                        Objects.requireNonNull(contents.get(format.name().value()));
                assertThat(stored).as("%s as stored", format.name()).hasSize((int) format.storedLength());
                switch (format.encoding()) {
                    case IDENTITY -> assertThat(stored).isEqualTo(written);
                    case GZIP ->
                        assertThat(new GZIPInputStream(new ByteArrayInputStream(stored)).readAllBytes())
                                .isEqualTo(written);
                    case ZSTD -> assertFormat(result, format.name().value(), "application/octet-stream", written);
                }
                assertThat(result.location(format.name())).isNotNull();
            }
        }
    }

    @Test
    default void C13_a_damaged_result_is_reported_and_then_absent() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a")), noise(1, 300_000));
            CachedResult result = found(cache, KEY);
            result.verify();

            fixture.corrupt(KEY);

            assertThatThrownBy(result::verify)
                    .isInstanceOfSatisfying(
                            CorruptResultException.class,
                            e -> assertThat(e.key()).contains(KEY));
            assertNothingVisible(cache, KEY);
            assertNothingVisible(fixture.open(), KEY);
        }
    }

    @Test
    default void C13_a_damaged_result_is_replaced_by_the_next_submission() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a"), submission(1)), noise(1, 10_000));
            fixture.corrupt(KEY);
            assertThatThrownBy(found(cache, KEY)::verify).isInstanceOf(CorruptResultException.class);

            publish(cache, leased(temporary("a"), submission(2)), text("sound"));

            found(cache, KEY).verify();
            assertThat(read(cache, KEY)).isEqualTo(text("sound"));
        }
    }

    @Test
    default void C13_a_damaged_result_is_never_read_short() throws IOException {
        byte[] content = text("a line that compresses well\n".repeat(20_000));
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a")), content);
            fixture.corrupt(KEY);

            Optional<byte[]> read = readUnlessDamaged(found(cache, KEY));

            assertThat(read)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isEmpty(),
                            bytes -> assertThat(bytes.orElseThrow()).hasSameSizeAs(content));
        }
    }

    private static Optional<byte[]> readUnlessDamaged(CachedResult result) {
        try {
            return Optional.of(read(result));
        } catch (IOException | ArmlibException damaged) {
            return Optional.empty();
        }
    }

    @Test
    default void C13_results_beside_a_damaged_one_are_sound() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            for (int i : IntStream.range(0, 5).toArray()) {
                publish(cache, leased(temporary("r-" + i)), noise(i, 1_000));
            }
            fixture.corrupt(new RequestKey("r-2"));

            for (int i : new int[] {0, 1, 3, 4}) {
                found(cache, new RequestKey("r-" + i)).verify();
            }
            assertThatThrownBy(found(cache, new RequestKey("r-2"))::verify).isInstanceOf(CorruptResultException.class);
        }
    }
}
